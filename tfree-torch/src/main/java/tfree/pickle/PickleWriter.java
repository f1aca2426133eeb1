package tfree.pickle;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes one pickle of protocol 2, which Python reads from 2.3 on, instruction by instruction: a value goes on a stack,
 * and the later instructions make one value of several. Nothing is remembered, so what comes twice is written twice.
 *
 * <pre>{@code
 * new PickleWriter(out).global("collections", "Counter").dict().mark().text("the").number(3).setItems().tuple(1).call()
 *         .stop();
 * }</pre>
 */
public final class PickleWriter {
    private final OutputStream out;

    /** Begins a pickle; the stream stays the caller's. */
    public PickleWriter(OutputStream out) throws IOException {
        this.out = out;
        out.write(0x80);
        out.write(2);
    }

    /** A name of a module. */
    public PickleWriter global(String module, String name) throws IOException {
        out.write('c');
        out.write((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public PickleWriter none() throws IOException {
        return instruction('N');
    }

    public PickleWriter bool(boolean value) throws IOException {
        return instruction(value ? 0x88 : 0x89);
    }

    public PickleWriter number(long value) throws IOException {
        if (value >= 0 && value < 1 << 8) {
            out.write('K');
            out.write((int) value);
        } else if (value >= 0 && value < 1 << 16) {
            out.write('M');
            out.write((int) value);
            out.write((int) value >>> 8);
        } else if (value == (int) value) {
            out.write('J');
            out.write(littleEndian((int) value));
        } else {
            byte[] bigEndian = BigInteger.valueOf(value).toByteArray();
            out.write(0x8a);
            out.write(bigEndian.length);
            for (int i = bigEndian.length - 1; i >= 0; i--) {
                out.write(bigEndian[i]);
            }
        }
        return this;
    }

    public PickleWriter number(double value) throws IOException {
        out.write('G');
        out.write(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
        return this;
    }

    public PickleWriter text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.write(littleEndian(utf8.length));
        out.write(utf8);
        return this;
    }

    /** An empty dict. */
    public PickleWriter dict() throws IOException {
        return instruction('}');
    }

    /** An empty list. */
    public PickleWriter list() throws IOException {
        return instruction(']');
    }

    /** Where the items of {@link #setItems}, {@link #appends} or {@link #tuple()} begin. */
    public PickleWriter mark() throws IOException {
        return instruction('(');
    }

    /** Keys and values from the mark on go into the dict below it. */
    public PickleWriter setItems() throws IOException {
        return instruction('u');
    }

    /** What stands from the mark on goes into the list below it. */
    public PickleWriter appends() throws IOException {
        return instruction('e');
    }

    /** What stands from the mark on becomes a tuple. */
    public PickleWriter tuple() throws IOException {
        return instruction('t');
    }

    /** The last 0 to 3 values become a tuple. */
    public PickleWriter tuple(int size) throws IOException {
        return instruction(switch (size) {
            case 0 -> ')';
            case 1, 2, 3 -> 0x84 + size;
            default -> throw new IllegalArgumentException("expected a tuple of 0 to 3 values but was " + size);
        });
    }

    /** Calls the name below the tuple with it. */
    public PickleWriter call() throws IOException {
        return instruction('R');
    }

    /** Hands the value on top, as its state, to the object below it. */
    public PickleWriter setState() throws IOException {
        return instruction('b');
    }

    /** Bytes, as protocol 2 has them: text in Latin-1 that is encoded as it is read. */
    public PickleWriter bytes(byte[] bytes) throws IOException {
        return global("_codecs", "encode").text(new String(bytes, StandardCharsets.ISO_8859_1)).text("latin1").tuple(2)
                .call();
    }

    /** What the reader knows under the id that is on top. */
    public PickleWriter persistent() throws IOException {
        return instruction('Q');
    }

    /** The end: the one value that is left is the pickle's. */
    public void stop() throws IOException {
        instruction('.');
    }

    private PickleWriter instruction(int opcode) throws IOException {
        out.write(opcode);
        return this;
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }
}
