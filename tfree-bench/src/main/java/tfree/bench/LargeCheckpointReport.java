package tfree.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import tfree.checkpoint.Checkpoint;
import tfree.checkpoint.ElementType;
import tfree.checkpoint.StoredTensor;
import tfree.checkpoint.TorchFile;
import tfree.config.RunConfigFile;
import tfree.model.ArchitectureConfig;
import tfree.model.ArchitectureConfig.Precision;
import tfree.model.KvCache;
import tfree.model.ModelInput;
import tfree.model.ParameterSpec;
import tfree.model.Transformer;
import tfree.trigram.ActivationPattern;
import tfree.trigram.SlotTable;

/**
 * A published checkpoint of 14 GB in the original's layout, random weights in the shape of the 7B model: how long it takes to
 * open, what memory that costs, and how fast it says words beside how fast the machine reads memory, in one run. See
 * docs/benchmarks.md for the command; the heap should be small, to show that nothing large goes there.
 */
public final class LargeCheckpointReport {
    private static final int WORDS = 12;
    private static final long READ_BYTES = 1L << 30;

    private LargeCheckpointReport() {}

    /** @param arguments a folder, where the checkpoint stays; precision (float32); layers (16) */
    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Precision precision = Precision.valueOf(
                (arguments.length > 1 ? arguments[1] : "float32").toUpperCase(Locale.ROOT));
        String layers = arguments.length > 2 ? arguments[2] : "16";
        if (!Files.exists(folder.resolve("tokenizer"))) {
            write(folder, precision, layers);
        }
        double floor = memoryRate();
        long begun = System.nanoTime();
        Checkpoint checkpoint = Checkpoint.open(folder);
        long bytes = checkpoint.contents().weights().stream().mapToLong(weight -> weight.bytes()).sum();
        double opened = seconds(begun);
        begun = System.nanoTime();
        try (Transformer model = checkpoint.transformer()) {
            double loaded = seconds(begun);
            SlotTable slots = new SlotTable(checkpoint.config().encoding());
            List<Double> words = new ArrayList<>();
            try (KvCache cache = new KvCache(model.config())) {
                for (int i = 0; i < WORDS; i++) {
                    begun = System.nanoTime();
                    model.next(input(slots.pattern("word"), i), cache);
                    words.add(seconds(begun));
                }
            }
            double word = words.subList(1, WORDS).stream().sorted().toList().get((WORDS - 1) / 2);
            System.out.printf(Locale.ROOT, "| | |%n|---|---:|%n");
            row("weights, %s, GB", precision.name().toLowerCase(Locale.ROOT), bytes / 1e9);
            row("to open, and say what it holds, s%s", "", opened);
            row("to have the model, s%s", "", loaded);
            row("the first word, which reads all of it, s%s", "", words.getFirst());
            row("a further word, median, s%s", "", word);
            row("memory read for it, GB/s%s", "", bytes / word / 1e9);
            row("memory that the machine reads on two threads, GB/s%s", "", floor / 1e9);
            row("ratio%s", "", bytes / word / floor);
            row("memory of the process's own, GB%s", "", status("RssAnon") / 1e9);
            row("the file's pages in memory, GB%s", "", status("RssFile") / 1e9);
        }
    }

    private static void row(String format, String word, double value) {
        System.out.printf(Locale.ROOT, "| " + format + " | %.3f |%n", word, value);
    }

    private static ModelInput input(ActivationPattern word, int position) {
        return new ModelInput(word.slots(), new int[]{0, word.slots().length}, new int[]{word.trigramCount()},
                new int[]{position}, new int[]{0});
    }

    /** Compares memory outside the heap with equal memory, each half on a thread; the best of several passes. */
    private static double memoryRate() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(READ_BYTES, 64).fill((byte) 1);
            long quarter = READ_BYTES / 4;
            double best = 0;
            for (int pass = 0; pass < 8; pass++) {
                long begun = System.nanoTime();
                boolean equal = IntStream.range(0, 2).parallel()
                        .allMatch(half -> memory.asSlice(2L * half * quarter, quarter)
                                .mismatch(memory.asSlice((2L * half + 1) * quarter, quarter)) < 0);
                best = equal ? Math.max(best, READ_BYTES / seconds(begun)) : Double.NaN;
            }
            return best;
        }
    }

    private static void write(Path folder, Precision precision, String layers) throws IOException {
        String shape = "{vocab_size: 32000, hidden_size: 4096, num_layers: " + layers + ", num_attention_heads: 32,"
                + " mlp_type: swiglu, mlp_factor: 2.66796875, bias_terms: false, embedding_aggregation: sum,"
                + " sequence_length: 4096, precision: " + precision.name().toLowerCase(Locale.ROOT) + "}";
        ArchitectureConfig config = RunConfigFile.parseSection(ArchitectureConfig.class, "architecture", shape);
        ElementType type = precision == Precision.FLOAT32 ? ElementType.F32 : ElementType.BF16;
        Files.createDirectories(folder.resolve("transformer"));
        try (Arena arena = Arena.ofShared()) {
            List<ParameterSpec> specs = ParameterSpec.of(config);
            long longest = specs.stream().mapToLong(ParameterSpec::size).max().orElseThrow();
            MemorySegment numbers = random(arena.allocate((longest + specs.size()) * type.bytes(), 64), type);
            Map<String, StoredTensor> weights = new LinkedHashMap<>();
            for (int i = 0; i < specs.size(); i++) { // each begins elsewhere: tensors at one place would share a storage
                weights.put(specs.get(i).name(), tensor(specs.get(i), type, numbers.asSlice((long) i * type.bytes())));
            }
            TorchFile.write(folder.resolve("transformer/transformer.pt"), weights);
        }
        Files.writeString(folder.resolve("transformer/transformer_config.yaml"), shape);
        Files.createDirectories(folder.resolve("tokenizer"));
        Files.writeString(folder.resolve("tokenizer/tokenizer_config.yaml"),
                "{vocab_size: 32000, vocab_population: 10, vocab_population_partial_lowercase: 2}");
        TorchFile.write(folder.resolve("tokenizer/tokenizer.pt"), Map.of("words", List.of()));
    }

    private static StoredTensor tensor(ParameterSpec spec, ElementType type, MemorySegment numbers) {
        Long[] strides = new Long[spec.shape().size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= spec.shape().get(i);
        }
        return new StoredTensor(type, numbers.asSlice(0, spec.size() * type.bytes()), 0, spec.shape(),
                List.of(strides), false);
    }

    /** Uniform, with the deviation of a weight in a matrix of this width. */
    private static MemorySegment random(MemorySegment memory, ElementType type) {
        SplittableRandom random = new SplittableRandom(1);
        double width = Math.sqrt(3.0 / 4096);
        for (long i = 0; i < memory.byteSize() / type.bytes(); i++) {
            float value = (float) ((2 * random.nextDouble() - 1) * width);
            if (type == ElementType.F32) {
                memory.setAtIndex(JAVA_FLOAT, i, value);
            } else {
                memory.setAtIndex(JAVA_SHORT, i, (short) (Float.floatToRawIntBits(value) >>> 16));
            }
        }
        return memory;
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) * 1e-9;
    }

    /** Bytes of a kind of memory that this process has. */
    private static double status(String kind) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith(kind + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024).findFirst()
                .orElseThrow();
    }
}
