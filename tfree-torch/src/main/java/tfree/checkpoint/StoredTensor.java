package tfree.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import tfree.model.Tensors;

/**
 * A tensor of a {@link TorchFile}, still in the file: which numbers of a storage it shows, and in which order. Several may
 * share a storage.
 *
 * @param type         the numbers' type
 * @param storage      all of its storage's bytes, mapped
 * @param offset       where in the storage its first number stands, in numbers
 * @param sizes        outermost dimension first
 * @param strides      how many numbers on the next one along each dimension is
 * @param requiresGrad whether it was saved as trainable
 */
public record StoredTensor(ElementType type, MemorySegment storage, long offset, List<Long> sizes, List<Long> strides,
        boolean requiresGrad) {
    private static final int MOST_DIMENSIONS = 64; // libtorch's limit

    /** @throws IllegalArgumentException when it would show what the storage does not hold */
    public StoredTensor {
        if (sizes.size() != strides.size() || sizes.size() > MOST_DIMENSIONS) {
            throw new IllegalArgumentException("expected as many strides as sizes, and at most " + MOST_DIMENSIONS
                    + ", but was " + sizes + " and " + strides);
        }
        long last = offset;
        long count = 1;
        boolean sound = offset >= 0;
        try {
            for (int i = 0; i < sizes.size(); i++) {
                sound &= sizes.get(i) >= 0 && strides.get(i) >= 0;
                count = Math.multiplyExact(count, sizes.get(i));
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, sizes.get(i) - 1), strides.get(i)));
            }
            Math.multiplyExact(count, type.bytes());
        } catch (ArithmeticException e) {
            sound = false;
        }
        long held = storage.byteSize() / type.bytes();
        if (!sound || (count > 0 ? last >= held : offset > held)) {
            throw new IllegalArgumentException(
                    "expected a tensor within its storage of " + held + " numbers but was sizes "
                            + sizes + " with strides " + strides + " from " + offset);
        }
    }

    /** How many numbers it shows. */
    public long count() {
        return sizes.stream().reduce(1L, (a, b) -> a * b);
    }

    /**
     * This tensor, where it has no more numbers than its storage. Strides of 0 show a number again and again: a small file
     * would ask whoever copies its tensors for any amount of memory.
     *
     * @throws IllegalArgumentException if it has more
     */
    StoredTensor requireOwnNumbers() {
        if (count() > storage.byteSize() / type.bytes()) {
            throw new IllegalArgumentException("expected at most the " + storage.byteSize() / type.bytes()
                    + " numbers of its storage but was a tensor of " + sizes);
        }
        return this;
    }

    /** Whether its numbers stand one after another in row-major order. */
    public boolean isContiguous() {
        long expected = 1;
        for (int i = sizes.size() - 1; i >= 0; i--) {
            if (sizes.get(i) != 1 && strides.get(i) != expected) {
                return count() == 0;
            }
            expected *= sizes.get(i);
        }
        return true;
    }

    /**
     * The bytes of a contiguous tensor.
     *
     * @throws IllegalArgumentException for another one
     */
    public MemorySegment bytes() {
        if (!isContiguous()) {
            throw new IllegalArgumentException("expected a tensor in row-major order but was sizes " + sizes
                    + " with strides " + strides);
        }
        return storage.asSlice(offset * type.bytes(), count() * type.bytes());
    }

    /** A view for libtorch: read-only, and gone once the file is closed. Its memory belongs to the open scope. */
    public Tensor view() {
        MemorySegment from = storage.asSlice(count() == 0 ? 0 : offset * type.bytes());
        Tensor view = Tensors.over(from, type.scalarType(), array(sizes), array(strides));
        return from.address() % type.bytes() == 0 ? view : view.clone();
    }

    private static long[] array(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }
}
