package tfree.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tfree.dictionary.ScoredWord;
import tfree.generate.Generation.FinishReason;
import tfree.generate.Lexicon.Scores;
import tfree.model.KvCache;

/**
 * The best answers instead of the best next word: the most probable beginnings are followed side by side, in one pass of
 * the model a word. Words' probabilities are those among all words, whatever may be said.
 */
final class BeamSearch {
    private final GenerationRequest request;
    private final Beams settings;
    private final Prompt prompt;
    private final Lexicon lexicon;
    private final IntPredicate allowed;
    private final String endOfText;
    private final int endOfTextPlace;
    private final List<Answer> answers = new ArrayList<>();

    /** A beginning, [words], and what may follow. */
    private record Beam(List<GeneratedWord> words, double logProb, @Nullable ChoiceTree choices) {
        int size() {
            return words.size();
        }
    }

    /** A beginning whose words, but for the last, the model has read. */
    private record Live(Beam beam, KvCache cache) {}

    /** A beginning with one more word, or at its end. */
    private record Candidate(Live from, Beam beam, @Nullable FinishReason end) {}

    /** A beginning that has come to its end. */
    private record Answer(Beam beam, double score, FinishReason reason) {}

    /** Has readings read in one pass. */
    interface Pass {
        void read(List<Reading> readings);
    }

    BeamSearch(GenerationRequest request, Beams settings, Prompt prompt) {
        settings.check(request);
        this.request = request;
        this.settings = settings;
        this.prompt = prompt;
        this.lexicon = prompt.lexicon();
        this.allowed = NextWord.allowed(lexicon, request.vocabulary(), request.sampling().penalties());
        this.endOfText = lexicon.encoder().endOfText();
        this.endOfTextPlace = lexicon.indexOf(endOfText);
    }

    /** The best answers, best first, as many as the request wants; the prompt is read. */
    List<Generation> search(Pass pass) {
        List<String> choices = request.vocabulary().choices();
        Beam none = new Beam(List.of(), 0, choices.isEmpty() ? null
                : ChoiceTree.of(request.vocabulary().choicesIn(lexicon.encoder()), lexicon, allowed));
        List<Live> live = List.of(new Live(none, prompt.begin()));
        try {
            List<float[]> logits = List.of(prompt.logits());
            for (int length = 1; length <= request.maxWords() && !live.isEmpty() && !isDecided(live); length++) {
                List<Candidate> candidates = new ArrayList<>();
                for (int i = 0; i < live.size(); i++) {
                    addCandidates(live.get(i), prompt.scorer().score(logits.get(i)), candidates);
                }
                live = chosen(candidates, live);
                logits = length < request.maxWords() ? read(live, pass) : List.of();
            }
            live.forEach(rest -> end(rest.beam, FinishReason.LENGTH));
        } finally {
            live.forEach(rest -> rest.cache.close());
        }
        return answers.stream().limit(request.samples()).map(this::generation).toList();
    }

    /** Whether no beginning can become better than the answers that there are. */
    private boolean isDecided(List<Live> live) {
        return answers.size() == settings.width() && live.stream().noneMatch(so -> so.beam.size() == 0 || settings
                .bound(so.beam.logProb, so.beam.size(), request.maxWords()) > answers.getLast().score);
    }

    private void addCandidates(Live from, Scores scores, List<Candidate> candidates) {
        Beam beam = from.beam;
        int[] words = beam.choices == null ? scores.best(2 * settings.width(), allowed)
                : beam.choices.next(endOfTextPlace);
        if (words.length == 0) {
            throw new IllegalArgumentException("expected a word that may be said but all words are forbidden");
        }
        List<ScoredWord> best = request.logProbs() == 0 ? List.of() : scores.top(request.logProbs());
        for (int word : words) {
            double logProb = scores.logProb(word);
            if (beam.choices != null && beam.choices.endsWith(word)) {
                candidates.add(new Candidate(from, new Beam(beam.words, beam.logProb + logProb, beam.choices),
                        FinishReason.STOP));
                continue;
            }
            List<GeneratedWord> more = new ArrayList<>(beam.words);
            more.add(prompt.known(lexicon.unit(word), request.logProbs() == 0 ? null : logProb, best));
            Beam longer = new Beam(more, beam.logProb + logProb,
                    beam.choices == null ? null : beam.choices.after(word));
            candidates.add(new Candidate(from, longer, reason(longer)));
        }
    }

    /** Why it is at its end; null if it goes on. */
    private @Nullable FinishReason reason(Beam beam) {
        String last = beam.words.getLast().word();
        boolean stopped = !request.ending().stopStrings().isEmpty() && text(beam).isStopped();
        if (stopped || last.equals(request.ending().stopWord()) || (beam.choices != null && beam.choices.isWhole())) {
            return FinishReason.STOP;
        }
        return request.ending().atEndOfText() && last.equals(endOfText) ? FinishReason.END_OF_TEXT : null;
    }

    /** The best of the candidates that go on; those that have ended and are no worse become answers. */
    private List<Live> chosen(List<Candidate> candidates, List<Live> before) {
        candidates.sort(Comparator.comparingDouble((Candidate so) -> -so.beam.logProb)); // stable
        List<Live> live = new ArrayList<>();
        for (Candidate so : candidates) {
            if (so.end != null) {
                end(so.beam, so.end);
            } else if (live.size() < settings.width()) {
                live.add(new Live(so.beam, so.from.cache.fork(so.from.cache.length())));
            }
        }
        before.forEach(so -> so.cache.close());
        return live;
    }

    private void end(Beam beam, FinishReason reason) {
        answers.add(new Answer(beam, settings.score(beam.logProb, Math.max(1, beam.size())), reason));
        answers.sort(Comparator.comparingDouble(answer -> -answer.score));
        if (answers.size() > settings.width()) {
            answers.removeLast();
        }
    }

    /** The logits behind the last word of each. */
    private List<float[]> read(List<Live> live, Pass pass) {
        float[][] logits = new float[live.size()][];
        pass.read(IntStream.range(0, live.size()).mapToObj(i -> new Reading(live.get(i).cache,
                List.of(lexicon.pattern(live.get(i).beam.words.getLast().word())), false, rows -> logits[i] = rows[0]))
                .toList());
        return List.of(logits);
    }

    private StopStrings text(Beam beam) {
        StopStrings text = new StopStrings(request.ending().stopStrings());
        Lexicon.Joining joining = lexicon.joining();
        prompt.echoed().forEach(word -> text.addGiven(joining.add(word.word())));
        beam.words.forEach(word -> text.add(joining.add(word.word())));
        text.add(joining.rest());
        return text;
    }

    private Generation generation(Answer answer) {
        List<GeneratedWord> words = new ArrayList<>(prompt.echoed());
        words.addAll(answer.beam.words);
        return new Generation(text(answer.beam).text(), words, answer.reason,
                new Usage(prompt.words().size(), prompt.cachedWords(), answer.beam.size()));
    }
}
