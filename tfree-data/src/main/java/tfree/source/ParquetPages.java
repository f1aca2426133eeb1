package tfree.source;

import static tfree.source.ParquetColumn.required;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a column in one row group, read one by one as they are asked for: a page and the dictionary are all that
 * is in memory, however large the row group is. Checksums are checked where the file has them.
 *
 * <p>The interface that this serves knows no checked exceptions: an {@link IOException} comes as
 * {@link UncheckedIOException}.
 */
final class ParquetPages implements PageReader {
    private final ColumnMetaData chunk;
    private final CompressionCodec codec;
    private final InputStream in;
    private final long end; // of the chunk in the file
    private long left; // bytes of the chunk behind what was read
    private long values; // of the pages that were read
    private @Nullable PageHeader ahead; // read, while its page is not

    ParquetPages(FileChannel channel, ColumnMetaData chunk) throws IOException {
        long start = chunk.getData_page_offset();
        if (chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0) {
            start = Math.min(start, chunk.getDictionary_page_offset());
        }
        this.chunk = chunk;
        this.codec = required(chunk.getCodec(), "known way of packing");
        this.left = chunk.getTotal_compressed_size();
        if (start < 4 || left < 0 || start > channel.size() - left) {
            throw new IOException("expected pages within the file's " + channel.size() + " bytes but was " + left
                    + " bytes from " + start);
        }
        this.end = start + left;
        channel.position(start);
        this.in = new BufferedInputStream(new Section(Channels.newInputStream(channel)), 1 << 16);
    }

    /** Where in the file reading has come. */
    long position() {
        return end - left;
    }

    @Override
    public long getTotalValueCount() {
        return chunk.getNum_values();
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        try {
            PageHeader header = nextHeader();
            if (header == null || header.getType() != PageType.DICTIONARY_PAGE) {
                ahead = header;
                return null;
            }
            DictionaryPageHeader dictionary = required(header.getDictionary_page_header(), "header of a dictionary");
            byte[] page = ParquetCodec.unpack(codec, body(header), 0, header.getUncompressed_page_size());
            int words = dictionary.getNum_values();
            if (words < 0 || words > page.length / Integer.BYTES) {
                throw new IOException("expected a dictionary within " + page.length + " bytes but was " + words
                        + " values");
            }
            return new DictionaryPage(BytesInput.from(page), words, encoding(dictionary.getEncoding()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next page of values, or null after the last. */
    @Override
    public @Nullable DataPage readPage() {
        try {
            PageHeader header = ahead == null ? nextHeader() : ahead;
            ahead = null;
            while (header != null) {
                byte[] body = body(header);
                if (header.getType() == PageType.DATA_PAGE) {
                    return dataPage(header, required(header.getData_page_header(), "page header"), body);
                }
                if (header.getType() == PageType.DATA_PAGE_V2) {
                    return dataPage(header, required(header.getData_page_header_v2(), "page header"), body);
                }
                header = nextHeader(); // an index page, which nobody writes, or another that is not known yet
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DataPage dataPage(PageHeader header, DataPageHeader data, byte[] body) throws IOException {
        byte[] page = ParquetCodec.unpack(codec, body, 0, header.getUncompressed_page_size());
        return new DataPageV1(BytesInput.from(page), counted(data.getNum_values()), page.length, null,
                encoding(data.getRepetition_level_encoding()), encoding(data.getDefinition_level_encoding()),
                encoding(data.getEncoding()));
    }

    private DataPage dataPage(PageHeader header, DataPageHeaderV2 data, byte[] body) throws IOException {
        int repetition = data.getRepetition_levels_byte_length();
        int levels = repetition + data.getDefinition_levels_byte_length();
        int size = header.getUncompressed_page_size() - levels;
        if (repetition < 0 || levels < repetition || levels > body.length || size < 0) {
            throw new IOException("expected levels within a page of " + body.length + " bytes but was " + levels);
        }
        boolean packed = data.isIs_compressed() && body.length > levels;
        BytesInput values = packed
                ? BytesInput.from(ParquetCodec.unpack(codec, body, levels, size))
                : BytesInput.from(body, levels, body.length - levels);
        return DataPageV2.uncompressed(data.getNum_rows(), data.getNum_nulls(), counted(data.getNum_values()),
                BytesInput.from(body, 0, repetition), BytesInput.from(body, repetition, levels - repetition),
                encoding(data.getEncoding()), values, null);
    }

    private int counted(int more) throws IOException {
        values += more;
        if (more < 0 || values > chunk.getNum_values()) {
            throw new IOException("expected " + chunk.getNum_values() + " values but the pages have " + values);
        }
        return more;
    }

    /** The header of the next page, or null after the last value. */
    private @Nullable PageHeader nextHeader() throws IOException {
        return values == chunk.getNum_values() ? null : Util.readPageHeader(in);
    }

    private byte[] body(PageHeader header) throws IOException {
        int size = header.getCompressed_page_size();
        if (size < 0 || size > chunk.getTotal_compressed_size() || header.getUncompressed_page_size() < 0) {
            throw new IOException("expected a page within the " + chunk.getTotal_compressed_size()
                    + " bytes of its column but was " + size + " bytes");
        }
        byte[] body = in.readNBytes(size);
        if (body.length < size) {
            throw new IOException("expected a page of " + size + " bytes but was " + body.length);
        }
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(body);
            if ((int) crc.getValue() != header.getCrc()) {
                throw new IOException("expected the checksum %08x but was %08x".formatted(header.getCrc(),
                        crc.getValue()));
            }
        }
        return body;
    }

    private static Encoding encoding(org.apache.parquet.format.@Nullable Encoding encoding) throws IOException {
        return Encoding.valueOf(required(encoding, "known encoding").name());
    }

    /** The chunk's bytes and no more; the channel stays open. */
    private final class Section extends InputStream {
        private final InputStream channel;

        Section(InputStream channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = channel.read(target, from, (int) Math.min(left, length));
            left -= Math.max(0, n);
            return n;
        }
    }
}
