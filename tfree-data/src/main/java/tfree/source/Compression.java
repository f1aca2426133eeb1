package tfree.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;

/** How a file is packed, by its name. */
enum Compression {
    NONE(""), GZIP(".gz"), ZSTD(".zst");

    private static final int LONGEST_WINDOW = 31; // what zstd --long=31 needs; memory is taken only as a file asks for it

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    static Compression of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        for (Compression compression : new Compression[]{GZIP, ZSTD}) {
            if (name.endsWith(compression.suffix)) {
                return compression;
            }
        }
        return NONE;
    }

    /** {@code docs.jsonl.gz} → {@code docs.jsonl}. */
    String nameWithout(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(0, name.length() - suffix.length());
    }

    /** What the packed stream holds; each of its frames or members is checked whole. */
    InputStream unpack(InputStream packed) throws IOException {
        return switch (this) {
            case NONE -> packed;
            case GZIP -> new GzipInput(packed);
            case ZSTD -> new ZstdInputStream(new LastByteApart(packed)).setLongMax(LONGEST_WINDOW);
        };
    }
}
