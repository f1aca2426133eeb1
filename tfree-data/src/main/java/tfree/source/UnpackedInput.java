package tfree.source;

import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tfree.file.CorruptFileException;

/** The content of a file, unpacked if its name ends in {@code .gz} or {@code .zst}. */
final class UnpackedInput extends FilterInputStream {
    private final Path file;
    private final CountedInput packed;

    private UnpackedInput(Path file, CountedInput packed, InputStream content) {
        super(content);
        this.file = file;
        this.packed = packed;
    }

    /** @throws CorruptFileException when it is not packed as its name says */
    static UnpackedInput open(Path file) throws IOException {
        Compression compression = Compression.of(file);
        if (compression != Compression.NONE && Files.size(file) == 0) {
            throw new CorruptFileException(file, "expected packed data but the file is empty");
        }
        CountedInput packed = new CountedInput(Files.newInputStream(file));
        try {
            return new UnpackedInput(file, packed, compression.unpack(packed));
        } catch (IOException e) {
            packed.close();
            throw explained(file, packed, e);
        }
    }

    /** Counts the file's bytes as they lie on the disk. */
    CountedInput packed() {
        return packed;
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (IOException e) {
            throw explained(file, packed, e);
        }
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        try {
            return in.read(target, from, length);
        } catch (IOException e) {
            throw explained(file, packed, e);
        }
    }

    private static IOException explained(Path file, CountedInput packed, IOException e) {
        @Nullable
        String what = switch (e) {
            case EOFException _,ZipException _ -> e.getMessage();
            case ZstdIOException _ -> "expected zstd data but was: " + e.getMessage();
            default -> null;
        };
        return what == null
                ? e
                : new CorruptFileException(file, what + " (within its first " + packed.bytes() + " bytes)");
    }
}
