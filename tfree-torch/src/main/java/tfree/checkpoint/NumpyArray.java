package tfree.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tfree.pickle.PickleGlobal;
import tfree.pickle.PickleReader;

/** A NumPy array of plain numbers out of a {@link TorchFile}: a random generator's state, in the original's checkpoints. */
public final class NumpyArray implements PickleGlobal.Stateful {
    private static final byte[] NOTHING = new byte[0];

    private String type = "";
    private List<Long> shape = List.of(0L);
    private byte[] bytes = NOTHING;

    NumpyArray() {}

    /** A vector of little-endian unsigned 32-bit numbers. */
    static NumpyArray ofUnsigned(int[] values) {
        NumpyArray array = new NumpyArray();
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        array.type = "<u4";
        array.shape = List.of((long) values.length);
        array.bytes = bytes.array();
        return array;
    }

    /** NumPy's name of the numbers' type: {@code <u4}. */
    public String type() {
        return type;
    }

    /** The sizes, outermost dimension first. */
    public List<Long> shape() {
        return shape;
    }

    /** The numbers in row-major order. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** From {@code (version, shape, dtype, in Fortran's order?, bytes)}. */
    @Override
    public void setState(@Nullable Object state) {
        if (!(state instanceof Object[] parts) || parts.length != 5 || !(parts[1] instanceof Object[] sizes)
                || !(parts[2] instanceof Type dtype) || !Boolean.FALSE.equals(parts[3])
                || !(parts[4] instanceof byte[] data)) {
            throw new IllegalArgumentException("expected a NumPy array of numbers in row-major order but was "
                    + PickleReader.kind(state));
        }
        List<Long> numbers = new ArrayList<>();
        long count = 1;
        for (Object size : sizes) {
            long number = size instanceof Integer i ? i : size instanceof Long l ? l : -1;
            if (number < 0 || (number > 0 && count > data.length / number)) {
                throw new IllegalArgumentException("expected sizes for " + data.length + " bytes but was " + size);
            }
            numbers.add(number);
            count *= number;
        }
        if (count * dtype.size() != data.length) {
            throw new IllegalArgumentException("expected " + count * dtype.size() + " bytes of " + dtype.name()
                    + " but was " + data.length);
        }
        type = dtype.name();
        shape = List.copyOf(numbers);
        bytes = data;
    }

    /** A {@code numpy.dtype}: {@code u4}, whose byte order comes as its state. */
    static final class Type implements PickleGlobal.Stateful {
        private static final Pattern PLAIN = Pattern.compile("[biuf][1248]");

        private final String numbers;
        private String order = "|";

        Type(@Nullable Object[] arguments) {
            if (arguments.length == 0 || !(arguments[0] instanceof String text) || !PLAIN.matcher(text).matches()) {
                throw new IllegalArgumentException("expected a NumPy type of numbers such as u4 but was "
                        + (arguments.length > 0 && arguments[0] instanceof String text ? text : "none"));
            }
            numbers = text;
        }

        String name() {
            return order + numbers;
        }

        int size() {
            return numbers.charAt(1) - '0';
        }

        @Override
        public void setState(@Nullable Object state) {
            if (!(state instanceof Object[] parts) || parts.length < 2 || !(parts[1] instanceof String text)
                    || !(text.equals("<") || text.equals("|"))) {
                throw new IllegalArgumentException("expected a little-endian NumPy type but was another");
            }
            order = text;
        }
    }

    /** {@code _codecs.encode(text, 'latin1')}, as pickles before protocol 3 write bytes. */
    static byte[] encode(@Nullable Object[] arguments) {
        if (arguments.length != 2 || !(arguments[0] instanceof String text) || !"latin1".equals(arguments[1])
                || text.chars().anyMatch(c -> c > 0xff)) {
            throw new IllegalArgumentException("expected bytes as text in Latin-1 but was another text");
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
