package tfree.dictionary;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.Escapes;
import tfree.file.FileVersionException;
import tfree.file.Utf8Lines;
import tfree.text.SpecialWords;

/**
 * Dictionaries on disk: words and counts in order, without patterns, which follow from the model's configuration.
 *
 * <p>The project's own file, little-endian:
 *
 * <pre>
 * file     := magic version length checksum payload
 * magic    := the 8 ASCII bytes "TFWORDS" and line feed
 * version  := uint32, 1
 * length   := uint64, bytes of the payload
 * checksum := uint32, CRC-32C of the payload
 * payload  := varint(number of words) word*
 * word     := varint(bytes) UTF-8 varint(count)
 * varint   := 7 bits a byte, lowest first, the top bit says that more follow
 * </pre>
 *
 * <p>TSV, for people and other programs: a line {@code word⇥count} each, where a backslash, tab, line feed and carriage
 * return within a word are written {@code \\ \t \n \r}. A word list has one word a line and nothing else.
 *
 * <p>A file appears under its name only when it is complete.
 */
public final class DictionaryFile {
    private static final byte[] MAGIC = "TFWORDS\n".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = MAGIC.length + 4 + 8 + 4;

    private DictionaryFile() {}

    /** Writes the project's own format. */
    public static void write(WordList words, Path file) throws IOException {
        byte[] payload = payload(words);
        ByteBuffer out = ByteBuffer.allocate(HEADER + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(MAGIC).putInt(VERSION).putLong(payload.length).putInt(checksum(payload)).put(payload);
        AtomicFile.write(file, out.array());
    }

    /**
     * Reads the project's own format.
     *
     * @throws CorruptFileException when the file is damaged or of another kind
     * @throws FileVersionException when it is of a version that is not known here
     */
    public static WordList read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < HEADER || !in.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new CorruptFileException(file, "expected a dictionary that begins with \"TFWORDS\" but was "
                    + in.remaining() + " bytes of something else");
        }
        int version = in.position(MAGIC.length).getInt();
        if (version != VERSION) {
            throw new FileVersionException(file, version, VERSION, VERSION);
        }
        long length = in.getLong();
        int checksum = in.getInt();
        if (length != in.remaining()) {
            throw new CorruptFileException(file, "expected " + length + " bytes after the header but was "
                    + in.remaining());
        }
        byte[] payload = new byte[in.remaining()];
        in.get(payload);
        if (checksum(payload) != checksum) {
            throw new CorruptFileException(file, "expected the CRC-32C %08x but was %08x".formatted(checksum,
                    checksum(payload)));
        }
        return words(file, ByteBuffer.wrap(payload));
    }

    /** Writes {@code word⇥count} lines. */
    public static void writeTsv(WordList words, Path file) throws IOException {
        try (AtomicFile atomic = new AtomicFile(file)) {
            Writer out = new BufferedWriter(new OutputStreamWriter(atomic.out(), StandardCharsets.UTF_8));
            writeTsv(words, out);
            out.flush();
            atomic.commit();
        }
    }

    /** Writes {@code word⇥count} lines. */
    public static void writeTsv(WordList words, Appendable out) throws IOException {
        for (int i = 0; i < words.size(); i++) {
            out.append(Escapes.escape(words.word(i))).append('\t').append(Long.toString(words.count(i))).append('\n');
        }
    }

    /** Writes one word a line, without special words and those that a line cannot hold. */
    public static void writeWords(WordList words, Appendable out) throws IOException {
        for (String word : words.words()) {
            if (!SpecialWords.isSpecial(word) && word.indexOf('\n') < 0 && !word.endsWith("\r")) {
                out.append(word).append('\n');
            }
        }
    }

    /** Reads {@code word⇥count} lines in their order; a word that comes again adds to its count. */
    public static WordList readTsv(Path file) throws IOException {
        WordCounts words = new WordCounts();
        try (Utf8Lines lines = Utf8Lines.of(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                int tab = line.indexOf('\t');
                long count = tab <= 0 ? -1 : count(line.substring(tab + 1));
                if (count < 0) {
                    throw new CorruptFileException(file,
                            "expected word, tab and count but was \"" + line + "\" at line " + lines.number());
                }
                try {
                    words.add(Escapes.unescape(line.substring(0, tab)), count);
                } catch (IllegalArgumentException e) {
                    throw new CorruptFileException(file, e.getMessage() + " at line " + lines.number());
                }
            }
        }
        return WordList.inOrder(words);
    }

    /** Reads one word a line, each with count 0; empty lines and repeats are passed over. */
    public static WordList readWords(Path file) throws IOException {
        WordCounts words = new WordCounts();
        try (Utf8Lines lines = Utf8Lines.of(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                String word = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
                if (!word.isEmpty()) {
                    words.add(word, 0);
                }
            }
        }
        return WordList.inOrder(words);
    }

    private static byte[] payload(WordList words) {
        ByteBuffer out = ByteBuffer.allocate(1 << 12);
        out = withVarint(out, words.size());
        for (int i = 0; i < words.size(); i++) {
            byte[] utf8 = words.word(i).getBytes(StandardCharsets.UTF_8);
            out = withVarint(out, utf8.length);
            out = withRoom(out, utf8.length).put(utf8);
            out = withVarint(out, words.count(i));
        }
        byte[] payload = new byte[out.position()];
        out.flip().get(payload);
        return payload;
    }

    private static WordList words(Path file, ByteBuffer in) throws IOException {
        WordCounts words = new WordCounts();
        try {
            long count = varint(in);
            for (long i = 0; i < count; i++) {
                int length = Math.toIntExact(varint(in));
                ByteBuffer utf8 = in.slice(in.position(), length);
                in.position(in.position() + length);
                words.add(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString(), varint(in));
            }
            if (words.size() != count || in.hasRemaining()) {
                throw new CorruptFileException(file, "expected " + count + " distinct words but was " + words.size()
                        + " and " + in.remaining() + " bytes more");
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException
                | CharacterCodingException e) {
            throw new CorruptFileException(file, "expected words but was other data near word " + words.size());
        }
        return WordList.inOrder(words);
    }

    private static ByteBuffer withVarint(ByteBuffer out, long value) {
        ByteBuffer roomy = withRoom(out, 10);
        long rest = value;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            roomy.put((byte) (rest | 0x80));
        }
        return roomy.put((byte) rest);
    }

    private static ByteBuffer withRoom(ByteBuffer out, int bytes) {
        if (out.remaining() >= bytes) {
            return out;
        }
        return ByteBuffer.allocate(2 * out.capacity() + bytes).put(out.flip());
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = in.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ArithmeticException("a varint of more than 64 bits");
    }

    private static int checksum(byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload, 0, payload.length);
        return (int) crc.getValue();
    }

    /** −1 where the field is no count. */
    private static long count(String field) {
        try {
            return Long.parseLong(field.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
