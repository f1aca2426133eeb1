package tfree.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import tfree.model.ArchitectureConfig.Aggregation;
import tfree.model.ArchitectureConfig.MlpType;
import tfree.model.ArchitectureConfig.Norm;

/**
 * The model once more, as the paper's formulas stand, from libtorch's plain operations, one document after another: its
 * derivatives are libtorch's. In doubles, so that what differs is the other's rounding.
 */
final class AutogradModel {
    private final ArchitectureConfig config;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();

    AutogradModel(Transformer transformer) {
        config = transformer.config();
        transformer.parameters().forEach((name, parameter) -> parameters.put(name,
                parameter.to(torch.ScalarType.Double).clone().set_requires_grad(true)));
    }

    /** [positions, h] */
    Tensor hidden(ModelInput input) {
        TensorVector documents = new TensorVector();
        int[] starts = input.documentStarts();
        for (int d = 0; d < starts.length; d++) {
            documents.push_back(document(input, starts[d], d + 1 < starts.length ? starts[d + 1] : input.positions()));
        }
        return torch.cat(documents);
    }

    /** By parameter, after {@code backward} of something made of the hidden states. */
    float[] gradient(String name) {
        Tensor gradient = parameter(name).grad();
        return Tensors.floats(gradient.defined() ? gradient.to(torch.ScalarType.Float)
                : Tensors.fp32(torch.zeros_like(parameter(name))));
    }

    private Tensor document(ModelInput input, int from, int to) {
        TensorVector words = new TensorVector();
        for (int p = from; p < to; p++) {
            int slots = input.offsets()[p + 1] - input.offsets()[p];
            Tensor rows = parameter(ParameterSpec.EMBEDDING).index_select(0,
                    Tensors.ofInts(input.slots(), input.offsets()[p], input.offsets()[p + 1]));
            double scale = config.embeddingAggregation() == Aggregation.MEAN
                    ? (double) input.trigramCounts()[p] / slots
                    : 1;
            scale /= config.embeddingNormalization() ? input.trigramCounts()[p] : 1;
            words.push_back(rows.sum(0).mul(new Scalar(scale)));
        }
        Tensor x = torch.stack(words);
        for (int i = 0; i < config.numLayers(); i++) {
            String layer = ParameterSpec.layer(i);
            x = x.add(attention(norm(x, layer + ".input_layernorm"), layer + ".attention", input, from));
            x = x.add(feedForward(norm(x, layer + ".post_attention_layernorm"), layer + ".mlp"));
        }
        return norm(x, ParameterSpec.FINAL_NORM);
    }

    private Tensor attention(Tensor x, String name, ModelInput input, int from) {
        int words = (int) x.size(0);
        Tensor q = turned(heads(linear(x, name + ".query")), input, from);
        Tensor k = turned(heads(linear(x, name + ".key")), input, from);
        Tensor v = heads(linear(x, name + ".value"));
        Tensor scores = q.matmul(k.transpose(1, 2)).div(new Scalar(
                Math.sqrt(config.headWidth())));
        Tensor later = torch.ones_like(scores).triu(1).to(torch.ScalarType.Bool);
        Tensor seen = scores.masked_fill(later, new Scalar(Double.NEGATIVE_INFINITY));
        Tensor out = torch.softmax(seen, -1).matmul(v).transpose(0, 1).reshape(words, config.hiddenSize());
        return linear(out, name + ".dense");
    }

    /** [words, h] → [heads, words, width] */
    private Tensor heads(Tensor x) {
        return x.view(x.size(0), config.numAttentionHeads(), config.headWidth()).transpose(0, 1);
    }

    /** (a, b) → (a·cos − b·sin, a·sin + b·cos) for each pair of neighbours. */
    private Tensor turned(Tensor x, ModelInput input, int from) {
        int words = (int) x.size(1);
        int pairs = config.headWidth() / 2;
        float[] cos = new float[words * pairs];
        float[] sin = new float[words * pairs];
        for (int w = 0; w < words; w++) {
            for (int i = 0; i < pairs; i++) {
                float speed = (float) Math.pow(config.rotaryEmbeddingBase(), -2.0 * i / config.headWidth());
                float angle = input.positionIds()[from + w] * speed;
                cos[w * pairs + i] = (float) Math.cos(angle);
                sin[w * pairs + i] = (float) Math.sin(angle);
            }
        }
        Tensor c = Tensors.ofFloats(cos, words, pairs).to(torch.ScalarType.Double);
        Tensor s = Tensors.ofFloats(sin, words, pairs).to(torch.ScalarType.Double);
        Tensor split = x.reshape(x.size(0), words, pairs, 2);
        Tensor a = split.select(3, 0);
        Tensor b = split.select(3, 1);
        TensorVector turned = new TensorVector(a.mul(c).sub(b.mul(s)), a.mul(s).add(b.mul(c)));
        return torch.stack(turned, 3).view(x.size(0), words, config.headWidth());
    }

    private Tensor feedForward(Tensor x, String name) {
        Tensor inner = linear(x, name + ".dense_in");
        Tensor activated = config.mlpType() == MlpType.SWIGLU
                ? inner.mul(torch.sigmoid(inner)).mul(linear(x, name + ".swiglu"))
                : torch.gelu(inner);
        return linear(activated, name + ".dense_out");
    }

    private Tensor norm(Tensor x, String name) {
        long[] width = {config.hiddenSize()};
        TensorOptional weight = new TensorOptional(parameter(name + ".weight"));
        return config.norm() == Norm.RMS
                ? torch.rms_norm(x, width, weight, new DoubleOptional(config.layernormEpsilon()))
                : torch.layer_norm(x, width, weight, new TensorOptional(parameter(name + ".bias")),
                        config.layernormEpsilon(), false);
    }

    private Tensor linear(Tensor x, String name) {
        Tensor out = x.matmul(parameter(name + ".weight").t());
        return config.biasTerms() ? out.add(parameter(name + ".bias")) : out;
    }

    private Tensor parameter(String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }
}
