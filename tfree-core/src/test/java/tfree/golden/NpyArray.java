package tfree.golden;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A NumPy array in C order; its values are kept as doubles, which hold every dtype used here exactly. */
public record NpyArray(String dtype, int[] shape, double[] values) {
    private static final Pattern HEADER = Pattern
            .compile("'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \\(([^)]*)\\)");

    static NpyArray parse(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = file[6] == 1 ? in.getShort(8) & 0xffff : in.getInt(8);
        int headerStart = file[6] == 1 ? 10 : 12;
        String header = new String(file, headerStart, headerLength, StandardCharsets.ISO_8859_1);
        Matcher m = HEADER.matcher(header);
        if (!m.find() || m.group(2).equals("True")) {
            throw new IllegalArgumentException("expected a C-order .npy header but was " + header);
        }
        int[] shape = Arrays.stream(m.group(3).split(",")).map(String::strip).filter(s -> !s.isEmpty())
                .mapToInt(Integer::parseInt).toArray();
        double[] values = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        in.position(headerStart + headerLength);
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (m.group(1)) {
                case "<f4" -> in.getFloat();
                case "<f8" -> in.getDouble();
                case "<i4" -> in.getInt();
                case "<i8" -> in.getLong();
                case "<i2" -> in.getShort();
                case "|i1" -> in.get();
                case "|u1", "|b1" -> in.get() & 0xff;
                default -> throw new IllegalArgumentException("dtype " + m.group(1) + " is not read here");
            };
        }
        return new NpyArray(m.group(1), shape, values);
    }

    /** The values as floats, row by row. */
    public float[] floats() {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
        }
        return out;
    }

    /** Row {@code i} of a matrix, as floats. */
    public float[] row(int i) {
        return Arrays.copyOfRange(floats(), i * shape[1], (i + 1) * shape[1]);
    }
}
