package tfree.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParallelDocumentsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void theOrderDoesNotDependOnTheWorkers() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<List<String>> texts = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int source = 0; source < 200; source++) {
            List<String> documents = new ArrayList<>();
            for (int i = random.nextInt(source % 40 == 0 ? 20_000 : 5); i > 0; i--) {
                documents.add(source + " " + "é".repeat(random.nextInt(random.nextInt(50) == 0 ? 100_000 : 50)));
            }
            texts.add(documents);
            expected.addAll(documents);
        }
        for (int workers : new int[]{1, 2, 3, 8}) {
            try (ParallelDocuments documents = new ParallelDocuments(texts.stream().map(Fake::new).toList(), workers)) {
                assertEquals(expected, Reading.all(documents), workers + " workers, seed " + seed);
                assertEquals(expected.stream().mapToLong(String::length).sum(), documents.bytesRead());
                assertEquals(200, documents.passedOver());
            }
        }
    }

    @Test
    void anErrorComesWhereItsSourceStands() {
        for (int workers : new int[]{1, 4}) {
            List<ParallelDocuments.Source> sources = List.of(new Fake(List.of("a", "b")),
                    new Fake(List.of("c"), "broken"),
                    () -> {
                        throw new IOException("later");
                    });
            List<String> seen = new ArrayList<>();
            IOException e = assertThrows(IOException.class, () -> {
                try (ParallelDocuments documents = new ParallelDocuments(sources, workers)) {
                    for (String text = documents.next(); text != null; text = documents.next()) {
                        seen.add(text);
                    }
                }
            });
            assertEquals("broken", e.getMessage());
            assertEquals(List.of("a", "b", "c"), seen);
        }
    }

    @Test
    void anErrorOfTheMachineReachesTheReader() {
        List<ParallelDocuments.Source> sources = List.of(() -> {
            throw new OutOfMemoryError("a test");
        });
        assertTimeoutPreemptively(LIMIT, () -> assertThrows(OutOfMemoryError.class, () -> {
            try (ParallelDocuments documents = new ParallelDocuments(sources, 2)) {
                documents.next();
            }
        }));
    }

    @Test
    void readsAheadWithinBounds() throws Exception {
        AtomicLong made = new AtomicLong();
        AtomicInteger open = new AtomicInteger();
        ParallelDocuments.Source endless = () -> new Fake(List.of()) {
            @Override
            public String next() {
                made.incrementAndGet();
                return "x".repeat(1_000);
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
        List<ParallelDocuments.Source> sources = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            sources.add(() -> {
                open.incrementAndGet();
                return endless.open();
            });
        }
        assertTimeoutPreemptively(LIMIT, () -> {
            try (ParallelDocuments documents = new ParallelDocuments(sources, 4)) {
                assertEquals(1_000, String.valueOf(documents.next()).length());
                long before;
                do { // until the readers stand still
                    before = made.get();
                    Thread.sleep(200);
                } while (made.get() > before);
                assertTrue(made.get() < 4 * 2_000, () -> made.get() + " documents of 1,000 bytes were read ahead");
                assertEquals(4, open.get());
            }
            assertEquals(0, open.get());
        });
    }

    @Test
    void closingLeavesAReaderBehindThatHangs() {
        CountDownLatch never = new CountDownLatch(1);
        ParallelDocuments.Source hanging = () -> {
            boolean interrupted = false;
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted = true; // as a read of a pipe is not
                }
            }
            throw new IOException("interrupted: " + interrupted);
        };
        assertTimeoutPreemptively(LIMIT, () -> new ParallelDocuments(List.of(hanging), 1).close());
        never.countDown();
    }

    @Test
    void noSourcesHaveNoDocuments() throws IOException {
        try (ParallelDocuments documents = new ParallelDocuments(List.of(), 3)) {
            assertNull(documents.next());
        }
        assertThrows(IllegalArgumentException.class, () -> new ParallelDocuments(List.of(), 0));
    }

    /** Documents from a list; a byte read for a character, one record passed over; an error at the end if one is given. */
    private static class Fake implements SourceDocuments, ParallelDocuments.Source {
        private final List<String> texts;
        private final @Nullable String error;
        private int next;
        private long read;

        Fake(List<String> texts) {
            this(texts, null);
        }

        Fake(List<String> texts, @Nullable String error) {
            this.texts = texts;
            this.error = error;
        }

        @Override
        public SourceDocuments open() {
            return new Fake(texts, error);
        }

        @Override
        public @Nullable String next() throws IOException {
            if (next < texts.size()) {
                read += texts.get(next).length();
                return texts.get(next++);
            }
            if (error != null) {
                throw new IOException(error);
            }
            return null;
        }

        @Override
        public long bytesRead() {
            return read;
        }

        @Override
        public long passedOver() {
            return 1;
        }

        @Override
        public void close() throws IOException {
            // Nothing is open.
        }
    }
}
