package tfree.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tfree.golden.Golden;
import tfree.text.PythonText;
import tfree.trigram.EncodedText;
import tfree.trigram.TextEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The golden cases {@code C_encode}: text to inputs, targets, weights and masks. */
class EncodeGoldenTest {
    @Test
    void encodesTrainingTexts() {
        golden("encode_training.jsonl").forEach(EncodeGoldenTest::checkTraining);
    }

    @Test
    void packsInstructions() {
        golden("finetuning.jsonl").forEach(EncodeGoldenTest::checkInstruction);
    }

    @Test
    void concatenatesTextsAndMasksThem() {
        golden("concat_masks.jsonl").forEach(EncodeGoldenTest::checkConcatenation);
    }

    @Test
    void encodesPrompts() {
        golden("encode_inference.jsonl").forEach(EncodeGoldenTest::checkPrompt);
    }

    @Test
    void agreesOnLocalCases() {
        local("encode_training.jsonl").forEach(EncodeGoldenTest::checkTraining);
        local("finetuning.jsonl").forEach(EncodeGoldenTest::checkInstruction);
        local("concat_masks.jsonl").forEach(EncodeGoldenTest::checkConcatenation);
        local("encode_inference.jsonl").forEach(EncodeGoldenTest::checkPrompt);
    }

    private static void checkTraining(JsonNode c) {
        TextEncoder encoder = GoldenEncoding.encoder(c.get("config"));
        int m = encoder.config().vocabPopulation();
        String text = c.get("text").asString();
        EncodedText encoded = encoder.encode(PythonText.strip(text));
        JsonNode expected = c.get("encoding");
        if (expected.has("error")) {
            assertTrue(encoded.size() < 2, () -> "case " + c.get("id"));
            return;
        }
        int length = c.get("pad_to_seq_len").asBoolean() ? c.get("sequence_length").asInt() : encoded.size() - 1;
        SequencePacker packer = new SequencePacker(encoder, length, true, true);
        PackedSequence actual = packer.newSample();
        packer.packText(text, actual);
        GoldenEncoding.check(expected, actual, m);
        checkTrigramsAndCounts(expected, encoded);
    }

    private static void checkTrigramsAndCounts(JsonNode expected, EncodedText text) {
        for (int p = 0; p < expected.get("trigram_sets_input_hex").size() && p < text.size(); p++) {
            JsonNode trigrams = expected.get("trigram_sets_input_hex").get(p);
            assertEquals(trigrams.size(), text.pattern(p).trigramCount());
        }
        for (int p = 0; p + 1 < text.size() && p < expected.get("target_counts_gt1").size(); p++) {
            Map<Integer, Integer> counts = new HashMap<>();
            Arrays.stream(text.pattern(p + 1).slots()).forEach(slot -> counts.merge(slot, 1, Integer::sum));
            for (JsonNode pair : expected.get("target_counts_gt1").get(p)) {
                assertEquals(pair.get(1).asInt(), counts.get(pair.get(0).asInt()));
            }
        }
    }

    private static void checkInstruction(JsonNode c) {
        TextEncoder encoder = GoldenEncoding.encoder(c.get("config"));
        int m = encoder.config().vocabPopulation();
        List<TextPiece> pieces = new ArrayList<>();
        for (int i = 0; i < c.get("texts").size(); i++) {
            pieces.add(new TextPiece(c.get("texts").get(i).asString(), c.get("loss_weights_in").get(i).floatValue()));
        }
        for (String field : List.of("encoding", "padded_64", "cut_5")) {
            JsonNode expected = c.get(field);
            if (expected.has("error")) { // fewer than two words: here a sample of padding
                assertEquals(0, packed(pieces, encoder, 8).filled());
                continue;
            }
            int length = expected.get("loss_weights").size();
            GoldenEncoding.check(expected, packed(pieces, encoder, length), m);
        }
    }

    private static PackedSequence packed(List<TextPiece> pieces, TextEncoder encoder, int length) {
        PackedSequence sample = new PackedSequence(length);
        new SequencePacker(encoder, length, false, true).packPieces(pieces, sample);
        return sample;
    }

    private static void checkConcatenation(JsonNode c) {
        TextEncoder encoder = GoldenEncoding.encoder(c.get("config"));
        int m = encoder.config().vocabPopulation();
        if (c.has("batch")) {
            for (int i = 0; i < c.get("batch").size(); i++) {
                List<EncodedText> texts = encoded(encoder, c.get("batch").get(i));
                PackedSequence sample = concatenated(texts, c.get("seq_len").asInt(), true, true);
                assertEquals(GoldenEncoding.ints(c.get("row_starts").get(i)), rowStarts(sample));
                assertEquals(GoldenEncoding.ints(c.get("position_ids").get(i)),
                        boxed(Arrays.copyOf(sample.positionIds(), sample.positions())));
                JsonNode offsets = c.get("offsets").get(i);
                assertEquals(offsets.get(1).asInt() - offsets.get(0).asInt(),
                        sample.inputOffsets()[sample.positions()] / m);
            }
            return;
        }
        List<EncodedText> texts = encoded(encoder, c.get("texts"));
        assertEquals(GoldenEncoding.ints(c.get("lengths")), texts.stream().map(text -> text.size() - 1).toList());
        int length = c.get("encoding").get("n_positions").asInt();
        for (boolean reset : new boolean[]{true, false}) {
            PackedSequence sample = concatenated(texts, length, c.get("reset_position_ids").asBoolean(), reset);
            GoldenEncoding.check(c.get("encoding"), sample, m);
            JsonNode mask = c.get(reset ? "mask_reset_True" : "mask_reset_False");
            assertEquals(GoldenEncoding.ints(mask.get("row_starts")), rowStarts(sample), () -> "case " + c.get("id"));
            List<Integer> borders = new ArrayList<>(boxed(documentStarts(sample)));
            borders.add(length);
            assertEquals(GoldenEncoding.ints(mask.get("flash_cu_seqlens")), borders);
        }
    }

    private static void checkPrompt(JsonNode c) {
        TextEncoder encoder = GoldenEncoding.encoder(c.get("config"));
        int m = encoder.config().vocabPopulation();
        String text = c.get("text").asString();
        EncodedText encoded = encoder.encode(c.get("strip").asBoolean() ? PythonText.strip(text) : text);
        JsonNode expected = c.get("encoding");
        assertEquals(expected.get("words").valueStream().map(JsonNode::asString).toList(), encoded.words());
        for (int p = 0; p < encoded.size(); p++) {
            List<Integer> slots = boxed(encoded.pattern(p).slots()).stream().sorted().toList();
            assertEquals(expected.get("input_rows").get(String.valueOf(p)).valueStream()
                    .flatMap(row -> GoldenEncoding.ints(row).stream()).sorted().toList(), slots);
            assertEquals(m * encoded.pattern(p).trigramCount(), slots.size());
        }
    }

    private static List<EncodedText> encoded(TextEncoder encoder, JsonNode texts) {
        return texts.valueStream().map(text -> encoder.encode(PythonText.strip(text.asString()))).toList();
    }

    private static PackedSequence concatenated(List<EncodedText> texts, int length, boolean resetIds,
            boolean resetMask) {
        PackedSequence sample = new PackedSequence(length);
        for (EncodedText text : texts) {
            int firstId = resetIds ? 0 : sample.positions();
            for (int i = 0; i + 1 < text.size() && !sample.isFull(); i++) {
                sample.add(text.pattern(i), text.pattern(i + 1), text.word(i + 1),
                        text.number(i + 1) == EncodedText.END_OF_TEXT, 1, firstId + i);
            }
        }
        sample.pad(null);
        sample.startDocuments(resetMask);
        return sample;
    }

    private static int[] documentStarts(PackedSequence sample) {
        return Arrays.copyOf(sample.documentStarts(), sample.documents());
    }

    /** The first position that each position sees. */
    private static List<Integer> rowStarts(PackedSequence sample) {
        return IntStream.range(0, sample.positions())
                .map(p -> Arrays.stream(documentStarts(sample)).filter(start -> start <= p).max().orElseThrow())
                .boxed().toList();
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<JsonNode> golden(String file) {
        return Golden.jsonLines("C_encode/" + file);
    }

    private static List<JsonNode> local(String file) {
        String folder = System.getProperty("tfree.golden.local");
        Assumptions.assumeTrue(folder != null, "tfree.golden.local is not set");
        try {
            return Files.readAllLines(Path.of(folder, "C_encode", file)).stream().map(JsonMapper.shared()::readTree)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
