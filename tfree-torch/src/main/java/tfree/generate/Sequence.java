package tfree.generate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tfree.generate.Generation.FinishReason;
import tfree.model.KvCache;

/**
 * An answer in the making: one of those that {@link Generator#start} begins and {@link Generator#step} advances by a word
 * each.
 *
 * <pre>{@code
 * try (Sequence answer = generator.start(request).getFirst()) {
 *     while (!answer.isFinished()) {
 *         generator.step(List.of(answer));
 *         System.out.print(answer.takeText());
 *     }
 *     System.out.println(answer.result().finishReason());
 * }
 * }</pre>
 *
 * <p>What {@link #takeText} gives, one after the other, is the completion: a word's space comes with the next word, which
 * decides whether there is one, and text that may be the beginning of a stop string comes when it is none.
 *
 * <p>For the generator's thread; {@link #cancel} may be called by any.
 */
public final class Sequence implements AutoCloseable {
    private final GenerationRequest request;
    private final Prompt prompt;
    private final String endOfText;
    private final NextWord next;
    private final Lexicon.Joining joining;
    private final StopStrings text;
    private final List<GeneratedWord> words = new ArrayList<>();
    private int generated;
    private boolean begun;
    private @Nullable KvCache cache; // of the words before the last; null before it begins and when it is finished
    private float @Nullable [] logits; // behind the last word; null until it is read
    private volatile boolean cancelled;
    private @Nullable FinishReason reason;
    private @Nullable IllegalArgumentException failure;

    /** @param sample its number among the answers to one prompt */
    Sequence(GenerationRequest request, Prompt prompt, int sample) {
        this.request = request;
        this.prompt = prompt;
        Lexicon lexicon = prompt.lexicon();
        this.endOfText = lexicon.encoder().endOfText();
        this.next = new NextWord(lexicon, request.vocabulary(), request.sampling().ofSample(sample), prompt.words());
        this.joining = lexicon.joining();
        this.text = new StopStrings(request.ending().stopStrings());
    }

    /** The words so far; with echo the prompt's first, from the step on that reads its last one. */
    public List<GeneratedWord> words() {
        return Collections.unmodifiableList(words);
    }

    /** The text that has come since the last call; whatever is given stays as it is. */
    public String takeText() {
        return isFinished() ? text.takeAll() : text.take();
    }

    /** Whether no word will follow. */
    public boolean isFinished() {
        return reason != null || failure != null;
    }

    /** Wants no more words: the next step finishes it. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * The answer, once it is finished.
     *
     * @throws IllegalArgumentException if it could not go on, since no word may be said
     */
    public Generation result() {
        if (failure != null) {
            throw failure;
        }
        if (reason == null) {
            throw new IllegalStateException("expected an answer that is finished");
        }
        return new Generation(text.text(), words, reason,
                new Usage(prompt.words().size(), prompt.cachedWords(), generated));
    }

    /** The prompt that has to be read before the first word; null once it is. */
    @Nullable
    Prompt unread() {
        return prompt.isRead() ? null : prompt;
    }

    /** The last word, to be read before the next one is chosen; null before the first. */
    @Nullable
    Reading lastWord() {
        if (cache == null) {
            return null;
        }
        String last = words.getLast().word();
        return new Reading(cache, List.of(prompt.lexicon().pattern(last)), false, rows -> logits = rows[0]);
    }

    /** Whether it takes part in the next step; one that was cancelled since the last is finished here. */
    boolean isRunning(PrefixCache prefixes) {
        if (cancelled && !isFinished()) {
            finish(FinishReason.CANCELLED);
            end(prefixes);
        }
        return !isFinished();
    }

    /** Says the next word: the prompt, or the last word, is read. */
    void advance(PrefixCache prefixes) {
        if (!begun) {
            begin();
        }
        if (!isFinished()) {
            try {
                say(prompt.scorer().score(logits == null ? prompt.logits() : logits));
            } catch (IllegalArgumentException e) {
                failure = e;
            }
        }
        if (isFinished()) {
            end(prefixes);
        }
    }

    private void begin() {
        begun = true;
        cache = prompt.begin();
        for (GeneratedWord word : prompt.echoed()) {
            words.add(word);
            text.addGiven(joining.add(word.word()));
        }
        if (request.maxWords() == 0) {
            finish(FinishReason.LENGTH);
        }
    }

    private void say(Lexicon.Scores scores) {
        int chosen = next.choose(scores);
        if (chosen < 0) {
            finish(FinishReason.STOP);
            return;
        }
        boolean reported = request.logProbs() > 0;
        GeneratedWord word = prompt.known(prompt.lexicon().unit(chosen), reported ? scores.logProb(chosen) : null,
                reported ? scores.top(request.logProbs()) : List.of());
        words.add(word);
        text.add(joining.add(word.word()));
        generated++;
        Ending ending = request.ending();
        if (text.isStopped() || next.isWhole() || word.word().equals(ending.stopWord())) {
            finish(FinishReason.STOP);
        } else if (ending.atEndOfText() && word.word().equals(endOfText)) {
            finish(FinishReason.END_OF_TEXT);
        } else if (generated == request.maxWords()) {
            finish(FinishReason.LENGTH);
        }
    }

    private void finish(FinishReason why) {
        text.add(joining.rest());
        reason = why;
    }

    /** Leaves what the model has of prompt and answer to a prompt that goes on from there. */
    private void end(PrefixCache prefixes) {
        if (cache != null) {
            List<String> all = new ArrayList<>(prompt.words());
            words.stream().skip(prompt.echoed().size()).map(GeneratedWord::word).forEach(all::add);
            prefixes.keep(all, cache);
        }
        close();
    }

    /** Frees what the model has of it; not finished, it is cancelled. */
    @Override
    public void close() {
        if (!isFinished()) {
            finish(FinishReason.CANCELLED);
        }
        if (!begun) {
            begun = true;
            prompt.leave();
        }
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }
}
