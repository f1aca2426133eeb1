package tfree.generate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.ScoredWord;
import tfree.model.ArchitectureConfig;
import tfree.model.KvCache;
import tfree.trigram.EncodedText;

/** A prompt on its way through the model, once for all answers to it, and what these share. */
final class Prompt {
    private final EncodedText text;
    private final GenerationRequest request;
    private final Lexicon lexicon;
    private final Lexicon.Scorer scorer;
    private final List<GeneratedWord> echoed = new ArrayList<>();
    private @Nullable KvCache cache;
    private float @Nullable [] logits; // behind the last word
    private int cachedWords;
    private int waiting; // answers that have not begun yet

    /** @param answers how many begin with it */
    Prompt(EncodedText text, GenerationRequest request, Lexicon lexicon, int answers) {
        this.text = text;
        this.request = request;
        this.lexicon = lexicon;
        this.scorer = lexicon.scorer();
        this.waiting = answers;
        if (request.echo()) {
            int known = scoresItsWords() ? 1 : text.size(); // the others come with their log-probs
            text.words().subList(0, known).forEach(word -> echoed.add(known(word, null, List.of())));
        }
    }

    List<String> words() {
        return text.words();
    }

    /** What may be said, with the words that the request adds. */
    Lexicon lexicon() {
        return lexicon;
    }

    Lexicon.Scorer scorer() {
        return scorer;
    }

    /** How many of the words were known from an earlier text. */
    int cachedWords() {
        return cachedWords;
    }

    /** The prompt's words as the first of the answer; none without echo. */
    List<GeneratedWord> echoed() {
        return echoed;
    }

    private boolean scoresItsWords() {
        return request.echo() && request.logProbs() > 0;
    }

    /** The next words to be read, some or all of the rest. */
    Reading next(int atMost, ArchitectureConfig config, PrefixCache prefixes) {
        KvCache read = cache;
        if (read == null) {
            KvCache known = scoresItsWords() ? null : prefixes.beginning(words());
            read = known == null ? new KvCache(config) : known;
            cachedWords = read.length();
            cache = read;
        }
        int from = read.length();
        int to = Math.min(text.size(), from + atMost);
        KvCache whole = read;
        return new Reading(read, ModelInputs.patterns(text, from, to), scoresItsWords(), rows -> {
            if (scoresItsWords()) {
                score(from, rows);
            }
            if (to == text.size()) {
                logits = rows[rows.length - 1];
                prefixes.keep(words(), whole);
            }
        });
    }

    /** @param rows the logits behind the words from a place on */
    private void score(int from, float[][] rows) {
        for (int i = 0; i < rows.length && from + i + 1 < text.size(); i++) {
            Lexicon.Scores scores = scorer.score(rows[i]);
            String word = text.word(from + i + 1);
            int index = lexicon.indexOf(word);
            echoed.add(known(word, index < 0 ? null : scores.logProb(index), scores.top(request.logProbs())));
        }
    }

    /** A word with what the lexicon knows of it. */
    GeneratedWord known(String word, @Nullable Double logProb, List<ScoredWord> best) {
        int index = lexicon.indexOf(word);
        return new GeneratedWord(word, index, index < 0 ? 0 : lexicon.count(index), logProb, best);
    }

    /** Whether all of it is read. */
    boolean isRead() {
        return logits != null;
    }

    /** The logits behind the last word: [v]. */
    float[] logits() {
        if (logits == null) {
            throw new IllegalStateException("expected a prompt that is read");
        }
        return logits;
    }

    /** What the model has of the prompt, for one answer, which closes it. */
    KvCache begin() {
        KvCache read = cache;
        if (read == null) {
            throw new IllegalStateException("expected a prompt that is read");
        }
        if (--waiting == 0) {
            cache = null;
            return read;
        }
        return read.fork(read.length());
    }

    /** One answer will not begin. */
    void leave() {
        if (--waiting == 0 && cache != null) {
            cache.close();
            cache = null;
        }
    }
}
