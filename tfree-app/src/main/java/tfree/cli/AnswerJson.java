package tfree.cli;

import java.util.List;
import tfree.dictionary.ScoredWord;
import tfree.generate.GeneratedWord;
import tfree.generate.Generation;
import tfree.generate.Usage;
import tools.jackson.core.JsonGenerator;

/**
 * Answers as JSON: one as an object of its own, several of one prompt as {@code choices} of one; with {@code usage}.
 */
final class AnswerJson {
    private AnswerJson() {}

    static void write(List<Generation> answers, JsonGenerator out) {
        out.writeStartObject();
        if (answers.size() == 1) {
            writeFields(answers.getFirst(), out);
        } else {
            out.writeArrayPropertyStart("choices");
            for (Generation answer : answers) {
                out.writeStartObject();
                writeFields(answer, out);
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        writeUsage(answers, out);
        out.writeEndObject();
    }

    private static void writeFields(Generation answer, JsonGenerator out) {
        out.writeStringProperty("completion", answer.completion());
        out.writeArrayPropertyStart("words");
        answer.words().forEach(word -> out.writeString(word.word()));
        out.writeEndArray();
        out.writeArrayPropertyStart("log_probs");
        answer.words().forEach(word -> writeLogProbs(word, out));
        out.writeEndArray();
        out.writeArrayPropertyStart("word_indices");
        answer.words().forEach(word -> out.writeNumber(word.index()));
        out.writeEndArray();
        out.writeArrayPropertyStart("word_counts");
        answer.words().forEach(word -> out.writeNumber(word.count()));
        out.writeEndArray();
        out.writeStringProperty("finish_reason", answer.finishReason().text());
    }

    /** The chosen word first, then the best others. */
    private static void writeLogProbs(GeneratedWord word, JsonGenerator out) {
        out.writeStartArray();
        Double logProb = word.logProb();
        if (logProb != null) {
            write(word.word(), logProb, out);
        }
        for (ScoredWord best : word.best()) {
            if (best.index() != word.index()) {
                write(best.word(), best.logProb(), out);
            }
        }
        out.writeEndArray();
    }

    private static void write(String word, double logProb, JsonGenerator out) {
        out.writeStartArray();
        out.writeString(word);
        out.writeNumber(logProb);
        out.writeEndArray();
    }

    private static void writeUsage(List<Generation> answers, JsonGenerator out) {
        Usage prompt = answers.getFirst().usage();
        int completion = answers.stream().mapToInt(answer -> answer.usage().completionWords()).sum();
        out.writeObjectPropertyStart("usage");
        out.writeNumberProperty("prompt_tokens", prompt.promptWords());
        out.writeNumberProperty("completion_tokens", completion);
        out.writeNumberProperty("total_tokens", prompt.promptWords() + completion);
        out.writeNumberProperty("cached_tokens", prompt.cachedWords());
        out.writeEndObject();
    }
}
