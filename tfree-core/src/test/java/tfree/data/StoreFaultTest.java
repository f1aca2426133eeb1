package tfree.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tfree.file.CorruptFileException;

/** Whatever happens to one of a store's files, it is harmless or found, and never an accident of the reader. */
class StoreFaultTest {
    private static final int ROUNDS = 600;
    private static final List<String> ENDINGS = List.of("bin", "idx", "meta.json", "indices.bin", "lengths.bin",
            "offsets.bin");

    @TempDir
    private Path folder;

    /** What can be read of a store: its texts, those of its items, and the errors that stopped it. */
    private record Content(List<String> documents, List<List<String>> items, List<CorruptFileException> errors) {}

    @Test
    void aDamagedFileIsNamedOrHarmless() throws IOException {
        long seed = System.nanoTime();
        System.out.println("aDamagedFileIsNamedOrHarmless, seed " + seed);
        List<Path> sound = List.of(store("original", false), store("lossless", true));
        List<Content> contents = List.of(content(sound.get(0)), content(sound.get(1)));
        int harmless = 0;
        for (int round = 0; round < ROUNDS; round++) {
            RandomGenerator random = new SplittableRandom(seed + round);
            int which = random.nextInt(sound.size());
            String ending = ENDINGS.get(random.nextInt(ENDINGS.size()));
            try {
                harmless += isHarmless(sound.get(which), contents.get(which), ending, random) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round + ", ." + ending + ": " + e, e);
            }
        }
        System.out.println(harmless + " of " + ROUNDS + " harmless");
        assertTrue(harmless > 0 && harmless < ROUNDS / 2, harmless + " of " + ROUNDS);
    }

    private boolean isHarmless(Path sound, Content expected, String ending, RandomGenerator random)
            throws IOException {
        Path prefix = folder.resolve("damaged");
        for (String each : ENDINGS) {
            byte[] content = Files.readAllBytes(DocumentStore.part(sound, each));
            Files.write(DocumentStore.part(prefix, each), each.equals(ending) ? damaged(content, random) : content);
        }
        List<StoreCheck.Damage> damages = new ArrayList<>();
        StoreCheck.run(prefix, damages::add);
        damages.forEach(damage -> assertTrue(damage.file().startsWith(prefix + "."), damage.file()));
        Content content = content(prefix);
        content.errors.forEach(error -> assertTrue(error.source().startsWith(prefix + "."), error.toString()));
        if (!damages.isEmpty()) {
            return false;
        }
        assertEquals(List.of(), content.errors);
        if (ending.equals("bin")) { // other text, which nothing shows
            assertEquals(bytes(expected), bytes(content));
        } else {
            assertEquals(expected, content);
        }
        return true;
    }

    private static Content content(Path prefix) throws IOException {
        Content content = new Content(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        try (DocumentStore store = DocumentStore.open(prefix)) {
            for (long document = 0; document < store.size(); document++) {
                content.documents.add(store.text(document));
            }
        } catch (CorruptFileException e) {
            content.errors.add(e);
        }
        try (AlignedIndex index = AlignedIndex.open(prefix)) {
            for (long item = 0; item < index.size(); item++) {
                content.items.add(index.texts(item));
                assertEquals(index.spans(item), content.items.getLast().size());
            }
        } catch (CorruptFileException e) {
            content.errors.add(e);
        }
        return content;
    }

    private static int bytes(Content content) {
        return content.documents.stream().mapToInt(text -> text.getBytes(UTF_8).length).sum();
    }

    private static byte[] damaged(byte[] content, RandomGenerator random) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(content, random.nextInt(content.length));
        }
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(content, content.length + 1 + random.nextInt(20));
        }
        byte[] damaged = content.clone();
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    private Path store(String name, boolean keepTails) throws IOException {
        Path prefix = folder.resolve(name);
        try (DocumentStoreWriter writer = new DocumentStoreWriter(prefix)) {
            writer.add("A größer text, with 日本 and 😀. ".repeat(2_000));
            writer.add("");
            writer.add("short");
            writer.add("x".repeat(300));
            writer.add("one two three ".repeat(200));
            writer.finish();
        }
        AlignedIndexWriter.write(prefix, keepTails);
        return prefix;
    }
}
