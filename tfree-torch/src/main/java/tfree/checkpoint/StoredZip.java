package tfree.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import tfree.file.CorruptFileException;

/**
 * The entries of a mapped zip archive that stores them as they are, by name in the directory's order: a view of the
 * mapping each, whatever their size (zip64). Packed, encrypted and overlapping entries, names that lead out of a folder
 * and a directory that contradicts the entries are errors.
 */
final class StoredZip {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final int LOCAL = 0x04034b50;
    static final int CENTRAL = 0x02014b50;
    static final int END = 0x06054b50;
    static final int END_64 = 0x06064b50;
    static final int END_64_LOCATOR = 0x07064b50;
    static final int LOCAL_BYTES = 30;
    static final int CENTRAL_BYTES = 46;
    static final int END_BYTES = 22;
    static final int END_64_BYTES = 56;
    static final int END_64_LOCATOR_BYTES = 20;
    static final int ZIP64 = 1;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int MOST_ENTRIES = 1 << 20;
    private static final int ENCRYPTED = 1;

    private final Path file;
    private final MemorySegment bytes;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** What the directory says of an entry, and where its bytes stand. */
    private record Entry(String name, int crc, long header, long from, long size) {
        long to() {
            return from + size;
        }
    }

    /** @throws CorruptFileException when the bytes are no such archive */
    StoredZip(Path file, MemorySegment bytes) throws CorruptFileException {
        this.file = file;
        this.bytes = bytes;
        try {
            readDirectory();
        } catch (IndexOutOfBoundsException e) {
            throw corrupt("expected a zip archive but it is cut short or damaged");
        }
    }

    /** The names of all entries. */
    List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Whether there is an entry of that name. */
    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** An entry's bytes; @throws CorruptFileException when there is none of that name */
    MemorySegment bytes(String name) throws CorruptFileException {
        Entry entry = entry(name);
        return bytes.asSlice(entry.from, entry.size);
    }

    /** The same once its checksum has been compared, which reads all of it. */
    MemorySegment checkedBytes(String name) throws CorruptFileException {
        MemorySegment data = bytes(name);
        int crc = crc(data);
        if (crc != entry(name).crc) {
            throw corrupt(
                    "expected the CRC-32 %08x but was %08x in the entry %s".formatted(entry(name).crc, crc, name));
        }
        return data;
    }

    static int crc(MemorySegment data) {
        CRC32 crc = new CRC32();
        long block = 1 << 30;
        for (long at = 0; at < data.byteSize(); at += block) {
            crc.update(data.asSlice(at, Math.min(block, data.byteSize() - at)).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    private Entry entry(String name) throws CorruptFileException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw corrupt("expected an entry " + name + " but there is none");
        }
        return entry;
    }

    private void readDirectory() throws CorruptFileException {
        long end = findEnd();
        long count = Short.toUnsignedInt(bytes.get(SHORT, end + 10));
        long size = unsigned(end + 12);
        long start = unsigned(end + 16);
        if (count == 0xffff || size == 0xffffffffL || start == 0xffffffffL) {
            long locator = end - END_64_LOCATOR_BYTES;
            long end64 = bytes.get(INT, locator) == END_64_LOCATOR ? bytes.get(LONG, locator + 8) : -1;
            if (end64 < 0 || end64 > locator - END_64_BYTES || bytes.get(INT, end64) != END_64) {
                throw corrupt("expected a zip64 directory but there is none");
            }
            count = bytes.get(LONG, end64 + 32);
            size = bytes.get(LONG, end64 + 40);
            start = bytes.get(LONG, end64 + 48);
            end = end64;
        }
        if (count < 0 || count > MOST_ENTRIES || size < 0 || start < 0 || start > end || size > end - start) {
            throw corrupt("expected a directory of up to " + MOST_ENTRIES + " entries before byte " + end
                    + " but was " + Long.toUnsignedString(count) + " in " + Long.toUnsignedString(size)
                    + " bytes from " + Long.toUnsignedString(start));
        }
        readEntries(start, start + size, count);
        requireApart(start);
    }

    private void readEntries(long start, long end, long count) throws CorruptFileException {
        long at = start;
        for (long i = 0; i < count; i++) {
            if (at + CENTRAL_BYTES > end || bytes.get(INT, at) != CENTRAL) {
                throw corrupt("expected " + count + " entries in the directory but was " + i);
            }
            int nameBytes = Short.toUnsignedInt(bytes.get(SHORT, at + 28));
            int extraBytes = Short.toUnsignedInt(bytes.get(SHORT, at + 30));
            int commentBytes = Short.toUnsignedInt(bytes.get(SHORT, at + 32));
            String name = name(at + CENTRAL_BYTES, nameBytes);
            if (entries.put(name, entry(at, name, at + CENTRAL_BYTES + nameBytes, extraBytes, start)) != null) {
                throw corrupt("expected each entry once but was " + name + " twice");
            }
            at += CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
        }
        if (at != end) {
            throw corrupt("expected the directory to end at byte " + end + " but was " + at);
        }
    }

    private Entry entry(long at, String name, long extra, int extraBytes, long directory) throws CorruptFileException {
        int flags = bytes.get(SHORT, at + 8);
        int method = bytes.get(SHORT, at + 10);
        if (method != 0 || (flags & ENCRYPTED) != 0) {
            throw corrupt("expected entries stored as they are, as torch.save does, but " + name + " is "
                    + (method != 0 ? "compressed" : "encrypted") + "; write it anew with torch.save");
        }
        long[] numbers = {unsigned(at + 24), unsigned(at + 20), unsigned(at + 42)}; // size, size packed, header
        readZip64(extra, extraBytes, numbers);
        long size = numbers[0];
        long header = numbers[2];
        if (size != numbers[1] || size < 0 || header < 0 || header > directory - LOCAL_BYTES
                || bytes.get(INT, header) != LOCAL) {
            throw corrupt("expected " + Long.toUnsignedString(size) + " bytes stored for the entry " + name
                    + " with a header at byte " + Long.toUnsignedString(header) + " but was none");
        }
        int nameBytes = Short.toUnsignedInt(bytes.get(SHORT, header + 26));
        long from = header + LOCAL_BYTES + nameBytes + Short.toUnsignedInt(bytes.get(SHORT, header + 28));
        if (!name(header + LOCAL_BYTES, nameBytes).equals(name) || from > directory || size > directory - from) {
            throw corrupt("expected the " + size + " bytes of the entry " + name + " before byte " + directory
                    + " but was another entry or not so many");
        }
        return new Entry(name, bytes.get(INT, at + 16), header, from, size);
    }

    /** Numbers that 32 bits did not hold stand in the extra field, in the order in which they are missed. */
    private void readZip64(long extra, int extraBytes, long[] numbers) {
        long end = extra + extraBytes;
        for (long at = extra; at + 4 <= end;) {
            int id = Short.toUnsignedInt(bytes.get(SHORT, at));
            int length = Short.toUnsignedInt(bytes.get(SHORT, at + 2));
            long number = at + 4;
            for (int i = 0; i < numbers.length && id == ZIP64; i++) {
                if (numbers[i] == 0xffffffffL && number + Long.BYTES <= Math.min(end, at + 4 + length)) {
                    numbers[i] = bytes.get(LONG, number);
                    number += Long.BYTES;
                }
            }
            at += 4 + length;
        }
    }

    /** One byte of the file belongs to one entry at most, and none of them to the directory. */
    private void requireApart(long directory) throws CorruptFileException {
        List<Entry> byPlace = new ArrayList<>(entries.values());
        byPlace.sort(Comparator.comparingLong(Entry::header));
        for (int i = 0; i < byPlace.size(); i++) {
            long next = i + 1 < byPlace.size() ? byPlace.get(i + 1).header : directory;
            if (byPlace.get(i).to() > next) {
                throw corrupt("expected entries apart from each other but " + byPlace.get(i).name
                        + " reaches into what follows it");
            }
        }
    }

    private long findEnd() throws CorruptFileException {
        long last = bytes.byteSize() - END_BYTES;
        for (long at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
            if (bytes.get(INT, at) == END && Short.toUnsignedInt(bytes.get(SHORT, at + 20)) == last - at) {
                return at;
            }
        }
        throw corrupt(
                "expected a zip archive but its directory at the end is missing; the file is cut short or another");
    }

    private String name(long at, int length) throws CorruptFileException {
        byte[] utf8 = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        String name = new String(utf8, UTF_8);
        if (name.isEmpty() || name.startsWith("/") || name.indexOf('\\') >= 0 || name.chars().anyMatch(c -> c < ' ')
                || !Collections.disjoint(List.of(name.split("/", -1)), List.of("", ".", ".."))) {
            throw corrupt("expected plain names of entries but was \"" + name.replaceAll("\\p{Cntrl}", "?") + "\"");
        }
        return name;
    }

    private long unsigned(long at) {
        return Integer.toUnsignedLong(bytes.get(INT, at));
    }

    private CorruptFileException corrupt(String what) {
        return new CorruptFileException(file, what);
    }
}
