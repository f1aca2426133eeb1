package tfree.source;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/** Unpacks pages of Parquet files. */
final class ParquetCodec {
    private ParquetCodec() {}

    /**
     * Unpacks {@code packed[from..]} into exactly {@code size} bytes.
     *
     * @throws IOException when it is not packed so, or holds more or less
     */
    static byte[] unpack(CompressionCodec codec, byte[] packed, int from, int size) throws IOException {
        int length = packed.length - from;
        long unpacked;
        byte[] page;
        switch (codec) {
            case UNCOMPRESSED -> {
                page = packed;
                unpacked = length;
            }
            case SNAPPY -> {
                require(Snappy.uncompressedLength(packed, from, length), size);
                page = page(size);
                unpacked = Snappy.uncompress(packed, from, length, page, 0);
            }
            case ZSTD -> {
                page = page(size);
                unpacked = Zstd.decompressByteArray(page, 0, size, packed, from, length);
                if (Zstd.isError(unpacked)) {
                    throw new IOException("expected zstd data but was: " + Zstd.getErrorName(unpacked));
                }
            }
            case GZIP -> {
                page = page(size);
                try (GzipInput in = new GzipInput(new ByteArrayInputStream(packed, from, length))) {
                    unpacked = in.readNBytes(page, 0, size) + (in.read() < 0 ? 0L : 1L);
                }
            }
            default -> throw new IOException("expected pages packed with SNAPPY, ZSTD, GZIP or not at all but was "
                    + codec + "; write the file anew with one of these");
        }
        require(unpacked, size);
        return page;
    }

    private static void require(long unpacked, int size) throws IOException {
        if (unpacked != size) {
            throw new IOException("expected a page of " + size + " bytes but was " + unpacked);
        }
    }

    /** A damaged header may claim any size. */
    private static byte[] page(int size) throws IOException {
        try {
            return new byte[size];
        } catch (OutOfMemoryError e) {
            throw new IOException("expected a page that fits into memory but it says " + size + " bytes", e);
        }
    }
}
