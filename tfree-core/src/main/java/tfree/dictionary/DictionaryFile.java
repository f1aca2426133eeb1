package tfree.dictionary;

import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import tfree.file.AtomicFile;
import tfree.file.CorruptFileException;
import tfree.file.Escapes;
import tfree.file.FileVersionException;
import tfree.file.Utf8Lines;
import tfree.file.Varint;
import tfree.text.SpecialWords;
import tfree.text.Utf8;

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
 * varint   := {@link Varint}
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
        return words(file, payload);
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

    private static byte[] payload(WordList words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Varint.write(words.size(), out);
        for (int i = 0; i < words.size(); i++) {
            byte[] utf8 = words.word(i).getBytes(StandardCharsets.UTF_8);
            Varint.write(utf8.length, out);
            out.writeBytes(utf8);
            Varint.write(words.count(i), out);
        }
        return out.toByteArray();
    }

    private static WordList words(Path file, byte[] payload) throws IOException {
        WordCounts words = new WordCounts();
        ByteArrayInputStream in = new ByteArrayInputStream(payload);
        try {
            long count = Varint.read(in);
            for (long i = 0; i < count; i++) {
                words.add(word(in, Math.toIntExact(Varint.read(in))), Varint.read(in));
            }
            if (words.size() != count || in.available() > 0) {
                throw new CorruptFileException(file, "expected " + count + " distinct words but was " + words.size()
                        + " and " + in.available() + " bytes more");
            }
        } catch (EOFException | IllegalArgumentException | ArithmeticException e) {
            throw new CorruptFileException(file, "expected words but was other data near word " + words.size());
        }
        return WordList.inOrder(words);
    }

    private static String word(ByteArrayInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new EOFException();
        }
        byte[] utf8 = in.readNBytes(length);
        return Utf8.decode(utf8, 0, length);
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
