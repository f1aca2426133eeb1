package tfree.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EuroparlTest {
    @Test
    void identifiesAllTwentyOneLanguages() {
        assertEquals(21, Europarl.LANGUAGES.size());
        assertArrayEquals(
                new String[]{"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hu", "it", "lt", "lv", "nl",
                        "pl", "pt", "ro", "sk", "sl", "sv"},
                Europarl.identify(List.of("Благодаря ви, господин председател, за вашата подкрепа по този въпрос.",
                        "Děkuji vám, pane předsedo, za vaši podporu v této důležité otázce rozpočtu.",
                        "Jeg takker Dem, hr. formand, for Deres støtte til dette vigtige spørgsmål om budgettet.",
                        "Ich danke Ihnen, Herr Präsident, für Ihre Unterstützung in dieser wichtigen Frage.",
                        "Σας ευχαριστώ, κύριε Πρόεδρε, για την υποστήριξή σας σε αυτό το σημαντικό ζήτημα.",
                        "Thank you, Mr President, for your support on this important question of the budget.",
                        "Muchas gracias, señor Presidente, por su apoyo en esta importante cuestión del presupuesto.",
                        "Tänan teid, härra president, teie toetuse eest selles olulises eelarve küsimuses.",
                        "Kiitos, arvoisa puhemies, tuestanne tässä tärkeässä talousarviota koskevassa kysymyksessä.",
                        "Je vous remercie, Monsieur le Président, de votre soutien sur cette importante question.",
                        "Köszönöm, elnök úr, a támogatását ebben a fontos költségvetési kérdésben.",
                        "La ringrazio, signor Presidente, per il suo sostegno su questa importante questione.",
                        "Dėkoju jums, pone Pirmininke, už jūsų paramą šiuo svarbiu biudžeto klausimu.",
                        "Paldies, priekšsēdētāja kungs, par jūsu atbalstu šajā svarīgajā budžeta jautājumā.",
                        "Dank u, mijnheer de Voorzitter, voor uw steun bij deze belangrijke begrotingskwestie.",
                        "Dziękuję, Panie Przewodniczący, za wsparcie w tej ważnej kwestii budżetowej.",
                        "Muito obrigado, Senhor Presidente, pelo seu apoio nesta importante questão orçamental.",
                        "Vă mulțumesc, domnule președinte, pentru sprijinul dumneavoastră în această chestiune.",
                        "Ďakujem vám, pán predseda, za vašu podporu v tejto dôležitej otázke rozpočtu.",
                        "Hvala, gospod predsednik, za vašo podporo pri tem pomembnem proračunskem vprašanju.",
                        "Tack, herr talman, för ert stöd i denna viktiga fråga om budgeten.")));
    }

    @Test
    void findsTheEnglishMegabyte() {
        List<String> english = Europarl.documents("en");
        long bytes = english.stream().mapToLong(String::length).sum();
        assertTrue(bytes > 1_200_000 && bytes < 1_350_000, "bytes " + bytes);
        long strangers = english.stream().filter(text -> !text.contains(" the ")).count();
        assertTrue(strangers < english.size() / 100, strangers + " without the word the");
    }

    @Test
    void namesTheLanguagesWhenAskedForAnother() {
        String message = String
                .valueOf(assertThrows(IllegalArgumentException.class, () -> Europarl.documents("tlh")).getMessage());
        assertTrue(message.startsWith("--language: expected one of bg cs da") && message.endsWith("but was tlh"),
                message);
    }
}
