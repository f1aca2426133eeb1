package tfree.dictionary;

import tfree.golden.Golden;
import tfree.trigram.SlotTable;
import tfree.trigram.TokenizerConfig;
import tools.jackson.databind.JsonNode;

/** The 5,000 words that the decoding cases score. */
final class GoldenDictionary {
    private GoldenDictionary() {}

    static WordList words() {
        WordCounts counts = new WordCounts();
        for (JsonNode entry : Golden.json("E_decode/dictionary.json")) {
            counts.add(entry.get(0).asString(), entry.get(1).asLong());
        }
        return WordList.inOrder(counts);
    }

    static Dictionary of(int vocabSize, int vocabPopulation, int lowercaseOverlap) {
        TokenizerConfig config = TokenizerConfig.of(vocabSize, vocabPopulation, lowercaseOverlap);
        return Dictionary.of(words(), new SlotTable(config));
    }
}
