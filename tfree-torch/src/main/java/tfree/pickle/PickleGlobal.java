package tfree.pickle;

import org.jspecify.annotations.Nullable;

/** What a name of Python's that a pickle may call stands for here. */
@FunctionalInterface
public interface PickleGlobal {
    /**
     * The value of the call.
     *
     * @throws IllegalArgumentException for arguments that Python would not write there
     */
    @Nullable
    Object call(@Nullable Object[] arguments);

    /** A value that the pickle hands a state to after it was made, as {@code ndarray} gets its bytes. */
    interface Stateful {
        /** @throws IllegalArgumentException for a state that Python would not write there */
        void setState(@Nullable Object state);
    }
}
