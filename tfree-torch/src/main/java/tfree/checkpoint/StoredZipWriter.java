package tfree.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writes a zip archive of entries stored as they are, each beginning at a multiple of 64 bytes, as PyTorch wants them; an
 * extra field fills the gap. Entries, and archives, of more than 4 GB are zip64.
 */
final class StoredZipWriter {
    private static final int ALIGNMENT = 64;
    private static final int PADDING = 0x4246; // the extra field that PyTorch fills up with
    private static final long LIMIT = 0xffffffffL;
    private static final short VERSION = 45; // the first that knows zip64
    private static final short UTF_8_NAMES = 1 << 11;
    private static final int DATE = (1980 - 1980) << 9 | 1 << 5 | 1; // of every entry, so that equal content gives equal files

    private final OutputStream out;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private long position;
    private int entries;

    /** Begins an archive at the stream's place. */
    StoredZipWriter(OutputStream out) {
        this.out = out;
    }

    /** Adds an entry. */
    void add(String name, MemorySegment data) throws IOException {
        byte[] utf8 = name.getBytes(UTF_8);
        long size = data.byteSize();
        int crc = StoredZip.crc(data);
        long header = position;
        byte[] zip64 = size >= LIMIT ? zip64(size, size) : new byte[0];
        int unfilled = StoredZip.LOCAL_BYTES + utf8.length + zip64.length + 4;
        int fill = (int) Math.floorMod(-(header + unfilled), (long) ALIGNMENT);
        byte[] local = new byte[unfilled + fill];
        ByteBuffer start = littleEndian(local).putInt(StoredZip.LOCAL);
        common(start, crc, size, utf8.length, zip64.length + 4 + fill);
        start.put(utf8).put(zip64).putShort((short) PADDING).putShort((short) fill);
        write(local);
        write(data);
        addToDirectory(utf8, crc, size, header);
    }

    /** Ends the archive; the stream stays the caller's. */
    void finish() throws IOException {
        long start = position;
        write(directory.toByteArray());
        long size = position - start;
        if (entries >= 0xffff || start >= LIMIT || size >= LIMIT) {
            long end64 = position;
            byte[] ends = new byte[StoredZip.END_64_BYTES + StoredZip.END_64_LOCATOR_BYTES];
            littleEndian(ends).putInt(StoredZip.END_64).putLong(StoredZip.END_64_BYTES - 12)
                    .putShort(VERSION).putShort(VERSION).putInt(0).putInt(0).putLong(entries).putLong(entries)
                    .putLong(size).putLong(start).putInt(StoredZip.END_64_LOCATOR).putInt(0).putLong(end64).putInt(1);
            write(ends);
        }
        short count = (short) Math.min(entries, 0xffff);
        byte[] end = new byte[StoredZip.END_BYTES];
        littleEndian(end).putInt(StoredZip.END).putInt(0).putShort(count).putShort(count)
                .putInt((int) Math.min(size, LIMIT)).putInt((int) Math.min(start, LIMIT));
        write(end);
    }

    private void addToDirectory(byte[] utf8, int crc, long size, long header) throws IOException {
        byte[] zip64 = size >= LIMIT ? header >= LIMIT ? zip64(size, size, header) : zip64(size, size)
                : header >= LIMIT ? zip64(header) : new byte[0];
        byte[] line = new byte[StoredZip.CENTRAL_BYTES + utf8.length + zip64.length];
        ByteBuffer central = littleEndian(line).putInt(StoredZip.CENTRAL).putShort(VERSION);
        common(central, crc, size, utf8.length, zip64.length);
        central.position(StoredZip.CENTRAL_BYTES - 4).putInt((int) Math.min(header, LIMIT)).put(utf8).put(zip64);
        directory.write(line);
        entries++;
    }

    /** What the header before an entry and its line in the directory have in common. */
    private static void common(ByteBuffer to, int crc, long size, int nameBytes, int extraBytes) {
        int size32 = (int) Math.min(size, LIMIT);
        to.putShort(VERSION).putShort(UTF_8_NAMES).putShort((short) 0).putShort((short) 0).putShort((short) DATE)
                .putInt(crc).putInt(size32).putInt(size32).putShort((short) nameBytes).putShort((short) extraBytes);
    }

    private static byte[] zip64(long... numbers) {
        byte[] field = new byte[4 + Long.BYTES * numbers.length];
        ByteBuffer extra = littleEndian(field).putShort((short) StoredZip.ZIP64)
                .putShort((short) (Long.BYTES * numbers.length));
        for (long number : numbers) {
            extra.putLong(number);
        }
        return field;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private void write(MemorySegment data) throws IOException {
        byte[] chunk = new byte[(int) Math.min(1 << 20, data.byteSize())];
        for (long at = 0; at < data.byteSize(); at += chunk.length) {
            int count = (int) Math.min(chunk.length, data.byteSize() - at);
            MemorySegment.copy(data, JAVA_BYTE, at, chunk, 0, count);
            out.write(chunk, 0, count);
        }
        position += data.byteSize();
    }
}
