package tfree.model;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Frees, at its end, the native memory of every tensor that the thread made inside it.
 *
 * <p>
 * The garbage collector sees a tensor as a few bytes and would let gigabytes pile up. So a step, and a generated word,
 * runs in a scope:
 *
 * <pre>{@code
 * try (TensorScope scope = new TensorScope()) {
 *     Tensor hidden = transformer.hidden(input);
 *     return scope.keep(hidden.detach()); // freed by the caller, with close()
 * }
 * }</pre>
 *
 * Scopes nest; a tensor belongs to the innermost one that is open on its thread.
 */
public final class TensorScope implements AutoCloseable {
    private final @Nullable PointerScope around;
    private final PointerScope scope;

    /** Opens a scope on this thread, and starts the engine if nothing has done so yet. */
    public TensorScope() {
        NativeEngine.start();
        around = PointerScope.getInnerScope();
        scope = new PointerScope();
    }

    /** Lets a tensor of this scope live on: whoever keeps it calls its {@code close()} one day. */
    public <P extends Pointer> P keep(P tensor) {
        return tensor.retainReference();
    }

    /** Lets a tensor of this scope live as long as the scope around this one; with none around, {@link #keep}s it. */
    <P extends Pointer> P handUp(P tensor) {
        if (around == null) {
            return keep(tensor);
        }
        around.attach(tensor);
        return tensor;
    }

    @Override
    public void close() {
        scope.close();
    }
}
