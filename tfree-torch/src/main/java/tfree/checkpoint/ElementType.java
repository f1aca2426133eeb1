package tfree.checkpoint;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The types of numbers that tensor files hold, under the names that safetensors gives them. */
public enum ElementType {
    F64(ScalarType.Double, 8), //
    F32(ScalarType.Float, 4), //
    F16(ScalarType.Half, 2), //
    BF16(ScalarType.BFloat16, 2), //
    I64(ScalarType.Long, 8), //
    I32(ScalarType.Int, 4), //
    I16(ScalarType.Short, 2), //
    I8(ScalarType.Char, 1), //
    U8(ScalarType.Byte, 1), //
    BOOL(ScalarType.Bool, 1);

    private final ScalarType scalarType;
    private final int bytes;

    ElementType(ScalarType scalarType, int bytes) {
        this.scalarType = scalarType;
        this.bytes = bytes;
    }

    /** The type's name in libtorch. */
    public ScalarType scalarType() {
        return scalarType;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** The type of that name, if it is one of these. */
    static Optional<ElementType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The type of a tensor's numbers.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static ElementType of(Tensor tensor) {
        ScalarType type = tensor.scalar_type().intern();
        return Arrays.stream(values()).filter(t -> t.scalarType == type).findFirst().orElseThrow(
                () -> new IllegalArgumentException(
                        "expected a tensor of " + Arrays.toString(values()) + " but was " + type));
    }
}
