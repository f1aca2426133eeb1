package tfree.bench;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tfree.file.AtomicFile;
import tfree.source.ParallelDocuments;
import tfree.source.SourceFile;
import tfree.source.SourceOptions;
import tfree.source.SourceReader;
import tfree.source.StoreImport;

/**
 * How fast each format becomes a memory map, beside floors measured in the same run: the same file read and unpacked
 * without looking at it, and the map's bytes written to the disk. Prints the table of docs/benchmarks.md.
 *
 * <p>Every measurement is taken in turn, {@value #ROUNDS} times; the best counts. The one argument is a folder on the
 * disk to measure; without it that of temporary files is taken.
 */
public final class ImportReport {
    private static final int ROUNDS = 5;
    private static final int FILES = 4;
    private static final long BYTES = 200_000_000;
    private static final SourceReader READER = new SourceReader(null, new SourceOptions("", "text", "text"));

    private final Path folder;
    private final Map<String, Double> seconds = new LinkedHashMap<>(); // the best of each measurement
    private final List<String> documents = new ArrayList<>();
    private long bytes; // of the documents

    private ImportReport(Path folder) {
        this.folder = folder;
    }

    /** Takes about three minutes. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(
                args.length > 0 ? Path.of(args[0]) : Path.of(System.getProperty("java.io.tmpdir")),
                "import");
        try {
            new ImportReport(folder).run();
        } finally {
            try (Stream<Path> all = Files.walk(folder).sorted(Comparator.reverseOrder())) {
                for (Path file : all.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run() throws Exception {
        writeCorpus();
        int cores = Runtime.getRuntime().availableProcessors();
        for (int round = 0; round < ROUNDS; round++) {
            time("write", this::writeBytes);
            for (String ending : List.of("txt", "jsonl", "jsonl.gz", "jsonl.zst", "parquet")) {
                time(ending + " 1", () -> importAll(ending, 1));
                time(ending + " n", () -> importAll(ending, cores));
                time(ending + " read", () -> read(ending));
            }
            time("parquet peer", this::readWithDuckDb);
        }
        System.out.printf(Locale.ROOT, "%,d documents, %.0f MB of text in %d files; %d cores%n%n", documents.size(),
                bytes * 1e-6, FILES, cores);
        System.out.println("| MB of text a second | files, MB | import, 1 worker | import, a worker a core | "
                + "reading and unpacking alone, 1 thread |\n|---|---:|---:|---:|---:|");
        for (String ending : List.of("txt", "jsonl", "jsonl.gz", "jsonl.zst", "parquet")) {
            System.out.printf(Locale.ROOT, "| .%s | %.0f | %.0f | %.0f | %.0f |%n", ending, size(ending) * 1e-6,
                    rate(ending + " 1"), rate(ending + " n"), rate(ending + " read"));
        }
        System.out.printf(Locale.ROOT, "%nwriting and flushing the map's bytes alone: %.0f MB/s%n", rate("write"));
        System.out.printf(Locale.ROOT, "DuckDB reading the Parquet column, 1 thread: %.0f MB/s%n",
                rate("parquet peer"));
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, SQLException;
    }

    private void time(String name, Work work) throws IOException, SQLException {
        long begun = System.nanoTime();
        work.run();
        seconds.merge(name, (System.nanoTime() - begun) * 1e-9, Math::min);
        try (Stream<Path> stores = Files.list(folder)
                .filter(file -> file.getFileName().toString().startsWith("store"))) {
            for (Path file : stores.toList()) {
                Files.delete(file);
            }
        }
    }

    private double rate(String name) {
        return bytes * 1e-6 / seconds.getOrDefault(name, Double.NaN);
    }

    private void importAll(String ending, int workers) throws IOException {
        List<ParallelDocuments.Source> sources = files(ending).stream()
                .map(file -> (ParallelDocuments.Source) () -> READER.open(file)).toList();
        try (ParallelDocuments in = new ParallelDocuments(sources, workers)) {
            StoreImport done = StoreImport.write(folder.resolve("store"), in, read -> {});
            if (done.documents() != documents.size() || done.bytes() != bytes) {
                throw new IllegalStateException("expected " + documents.size() + " documents but was " + done);
            }
        }
    }

    private void read(String ending) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (Path file : files(ending)) {
            boolean packedPages = ending.equals("parquet"); // the same text, packed the same way, as a plain file
            try (InputStream in = unpacked(packedPages ? Path.of(file + ".zst") : file)) {
                while (in.read(buffer) >= 0) {
                    // on
                }
            }
        }
    }

    private static InputStream unpacked(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        String name = file.toString();
        return name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16)
                : name.endsWith(".zst") ? new ZstdInputStream(in) : in;
    }

    private void readWithDuckDb() throws SQLException {
        Properties streaming = new Properties();
        streaming.setProperty("jdbc_stream_results", "true");
        long read = 0;
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:", streaming);
                Statement sql = duck.createStatement()) {
            sql.execute("SET threads = 1");
            try (ResultSet rows = sql.executeQuery("SELECT text FROM read_parquet('" + folder + "/*.parquet')")) {
                while (rows.next()) {
                    read += rows.getString(1).getBytes(StandardCharsets.UTF_8).length;
                }
            }
        }
        if (read != bytes) {
            throw new IllegalStateException("expected " + bytes + " bytes but was " + read);
        }
    }

    private void writeBytes() throws IOException {
        try (AtomicFile file = new AtomicFile(folder.resolve("store.bin"))) {
            for (String document : documents) {
                file.out().write(document.getBytes(StandardCharsets.UTF_8));
            }
            file.commit();
        }
    }

    private List<Path> files(String ending) throws IOException {
        return SourceFile.named(List.of(folder + "/*." + ending)).stream().map(SourceFile::path).toList();
    }

    private long size(String ending) throws IOException {
        long size = 0;
        for (Path file : files(ending)) {
            size += Files.size(file);
        }
        return size;
    }

    /** Europarl excerpts in 21 languages, three lines a document. */
    private void writeCorpus() throws IOException, SQLException {
        BenchmarkText text = BenchmarkText.of("europarl");
        String[] lines = new String(text.utf8(), 0, text.length(), StandardCharsets.UTF_8).split("\n");
        for (int i = 0; bytes < BYTES; i += 3) {
            String document = String.join("\n", lines[i % lines.length], lines[(i + 1) % lines.length],
                    lines[(i + 2) % lines.length]).strip();
            documents.add(document);
            bytes += document.getBytes(StandardCharsets.UTF_8).length;
        }
        for (int file = 0; file < FILES; file++) {
            List<String> part = documents.subList(file * documents.size() / FILES,
                    (file + 1) * documents.size() / FILES);
            write(file + ".txt", part, document -> document + "\n\n");
            for (String ending : List.of("jsonl", "jsonl.gz", "jsonl.zst")) {
                write(file + "." + ending, part,
                        document -> "{\"id\": 1, \"url\": \"https://example.org/\", \"text\": \""
                                + document.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                                        .replace("\t", "\\t")
                                + "\"}\n");
            }
            write(file + ".parquet.zst", part, document -> document);
            try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                    Statement sql = duck.createStatement()) {
                sql.execute("COPY (SELECT * FROM read_json('" + folder.resolve(file + ".jsonl")
                        + "', maximum_object_size = "
                        + "100000000)) TO '" + folder.resolve(file + ".parquet")
                        + "' (FORMAT parquet, COMPRESSION zstd)");
            }
        }
    }

    @FunctionalInterface
    private interface Format {
        String of(String document);
    }

    private void write(String name, List<String> part, Format format) throws IOException {
        OutputStream file = Files.newOutputStream(folder.resolve(name));
        try (OutputStream out = new BufferedOutputStream(name.endsWith(".gz")
                ? new GZIPOutputStream(file, 1 << 16)
                : name.endsWith(".zst") ? new ZstdOutputStream(file) : file, 1 << 16)) {
            for (String document : part) {
                out.write(format.of(document).getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
