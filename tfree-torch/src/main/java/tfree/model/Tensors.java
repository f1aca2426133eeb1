package tfree.model;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Copies between Java's arrays and tensors on the CPU, by one memory copy. */
public final class Tensors {
    static {
        NativeEngine.start();
    }

    /** Options of fp32 and of int64 tensors; making such an object costs as much as a small operation. */
    private static final TensorOptions FLOAT = permanent(new TensorOptions(ScalarType.Float));
    private static final TensorOptions LONG = permanent(new TensorOptions(ScalarType.Long));
    private static final MemoryFormatOptional ANY_FORMAT = permanent(new MemoryFormatOptional());

    private Tensors() {}

    /** Keeps an object that is made once for the whole process, even if some scope is open at that moment. */
    public static <P extends Pointer> P permanent(P pointer) {
        return pointer.retainReference();
    }

    /** An fp32 tensor whose values are not set yet. */
    public static Tensor emptyFloats(long... shape) {
        return torch.empty(shape, FLOAT, ANY_FORMAT);
    }

    /** An fp32 tensor of zeros. */
    public static Tensor zeroFloats(long... shape) {
        return torch.zeros(shape, FLOAT);
    }

    /** An fp32 tensor of the values in row-major order. */
    public static Tensor ofFloats(float[] values, long... shape) {
        Tensor tensor = emptyFloats(shape);
        if (tensor.numel() != values.length) {
            throw new IllegalArgumentException(
                    "expected " + tensor.numel() + " values for the shape but was " + values.length);
        }
        MemorySegment.copy(values, 0, memory(tensor), JAVA_FLOAT, 0, values.length);
        return tensor;
    }

    /** An int64 vector, the type of every index: of {@code values[from, to)}. */
    public static Tensor ofInts(int[] values, int from, int to) {
        Tensor tensor = torch.empty(new long[]{to - from}, LONG, ANY_FORMAT);
        MemorySegment memory = memory(tensor);
        for (int i = from; i < to; i++) {
            memory.setAtIndex(JAVA_LONG, i - from, values[i]);
        }
        return tensor;
    }

    /** An int64 vector of all values. */
    public static Tensor ofInts(int[] values) {
        return ofInts(values, 0, values.length);
    }

    /**
     * A tensor on memory that already holds its values in row-major order: nothing is copied. The memory has to outlive
     * the tensor; where it is mapped read-only, writing to the tensor ends the process.
     */
    public static Tensor over(MemorySegment memory, ScalarType type, long... shape) {
        return torch.from_blob(new Address(memory.address()), shape, new TensorOptions(type));
    }

    /** The same of memory whose numbers stand in another order: {@code strides} numbers on along each dimension. */
    public static Tensor over(MemorySegment memory, ScalarType type, long[] shape, long[] strides) {
        return torch.from_blob(new Address(memory.address()), shape, strides, new TensorOptions(type));
    }

    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }

    /** A copy of an fp32 tensor's values in row-major order. */
    public static float[] floats(Tensor tensor) {
        Tensor plain = tensor.contiguous();
        float[] values = new float[Math.toIntExact(plain.numel())];
        MemorySegment.copy(memory(plain), JAVA_FLOAT, 0, values, 0, values.length);
        return values;
    }

    /** What a tensor's numbers are. */
    public static ScalarType type(Tensor tensor) {
        return tensor.scalar_type().intern();
    }

    /** The tensor in fp32: itself if it is. */
    public static Tensor fp32(Tensor tensor) {
        return type(tensor) == ScalarType.Float ? tensor : tensor.to(ScalarType.Float);
    }

    /** The tensor in the precision of another: itself if it is. */
    public static Tensor as(Tensor other, Tensor tensor) {
        ScalarType type = type(other);
        return type(tensor) == type ? tensor : tensor.to(type);
    }

    /** A tensor's sizes, outermost first. */
    public static List<Long> shape(Tensor tensor) {
        return LongStream.range(0, tensor.dim()).map(tensor::size).boxed().toList();
    }

    /** The memory of a contiguous CPU tensor itself; valid as long as the tensor lives. */
    public static MemorySegment memory(Tensor tensor) {
        return tensor.numel() == 0 ? MemorySegment.NULL
                : MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }
}
