package tfree.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;

/** An operator of libtorch that its C++ interface does not offer: called by its name, with all arguments boxed. */
public final class Operator {
    private final OperatorHandle handle;

    private Operator(OperatorHandle handle) {
        this.handle = Tensors.permanent(handle);
    }

    /** The operator of that name, {@code aten::_fused_adamw_} for example, if this build of libtorch has it. */
    public static Optional<Operator> find(String name) {
        NativeEngine.start();
        try {
            return Optional.of(new Operator(Dispatcher.singleton().findSchemaOrThrow(name, "")));
        } catch (RuntimeException e) {
            return Optional.empty(); // a build without it
        }
    }

    /** The type of what argument {@code i}, a list or an optional, holds: what an empty one is made with. */
    public Type.TypePtr elementType(int i) {
        return Tensors.permanent(handle.schema().arguments().getPointer(i).type().get().containedType(0));
    }

    /** Calls an operator that changes its arguments or whose result nobody wants. */
    public void run(IValue... arguments) {
        try (IValueVector stack = new IValueVector(arguments)) {
            handle.callBoxed(stack);
        }
    }

    /** Calls an operator of one result. */
    public Tensor call(IValue... arguments) {
        return callAll(1, arguments).getFirst();
    }

    /** Calls an operator of several results, all tensors. */
    public List<Tensor> callAll(int results, IValue... arguments) {
        try (IValueVector stack = new IValueVector(arguments)) {
            handle.callBoxed(stack);
            List<Tensor> all = new ArrayList<>();
            for (int i = 0; i < results; i++) {
                all.add(new Tensor(stack.get(i).toTensor())); // the stack's own ends with it
            }
            return all;
        }
    }
}
