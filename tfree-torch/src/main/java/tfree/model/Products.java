package tfree.model;

import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products. In fp32 they go to oneDNN where libtorch has it: with operands that come from beyond the cache, as in
 * training they do, it reaches 140 to 175 GFLOP/s on a core that OpenBLAS, libtorch's own choice, keeps at 113 to 134.
 */
public final class Products {
    private static final @Nullable Operator LINEAR = Operator.find("mkldnn::_linear_pointwise").orElse(null);
    private static final IValue NONE = Tensors.permanent(new IValue());
    private static final IValue NO_ACTIVATION = Tensors.permanent(new IValue("none"));
    private static final IValue NO_ALGORITHM = Tensors.permanent(new IValue(""));
    private static final IValue NO_SCALARS = LINEAR == null ? NONE
            : Tensors.permanent(new IValue(new GenericList(LINEAR.elementType(4))));

    private Products() {}

    /** x·weightᵀ: [rows, inputs], [outputs, inputs] → [rows, outputs]. Nothing is recorded for libtorch's autograd. */
    public static Tensor times(Tensor x, Tensor weight) {
        if (LINEAR == null || Tensors.type(x) != ScalarType.Float) {
            return torch.linear(x, weight);
        }
        try (IValue input = new IValue(x); IValue matrix = new IValue(weight)) {
            return LINEAR.call(input, matrix, NONE, NO_ACTIVATION, NO_SCALARS, NO_ALGORITHM);
        }
    }
}
