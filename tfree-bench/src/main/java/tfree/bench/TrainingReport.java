package tfree.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tfree.model.ArchitectureConfig.Precision;
import tfree.model.Tensors;
import tfree.model.Transformer;
import tfree.train.GradientWorkers;
import tfree.train.Optimizer;
import tfree.train.SlotLoss;

/**
 * How fast a model trains beside how fast the machine multiplies matrices, in one run that alternates between both. See
 * docs/benchmarks.md for the command.
 *
 * <p>
 * The step is {@link TrainingJob}'s; the products are of 2048 × 2048 matrices, one on each thread at once. The ratio is
 * the step's rate of operations over the products'.
 */
public final class TrainingReport {
    private static final int SIDE = 2048;
    private static final int STEPS = 12;

    private final TrainingJob job;
    private final Cores cores = new Cores(2);
    private final List<Double> products = new ArrayList<>(); // operations a second
    private final List<Double> steps = new ArrayList<>(); // seconds

    private TrainingReport(TrainingJob job) {
        this.job = job;
    }

    /** @param arguments slots (8000), precision (float32), rounds (5) */
    public static void main(String... arguments) {
        int slots = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8000;
        Precision precision = arguments.length > 1 ? Precision.valueOf(arguments[1].toUpperCase(Locale.ROOT))
                : Precision.FLOAT32;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        new TrainingReport(TrainingJob.of(slots, precision)).run(rounds);
    }

    private void run(int rounds) {
        try (cores;
                Transformer transformer = Transformer.initialised(job.config(), 1);
                Optimizer optimizer = new Optimizer(transformer.parameters(),
                        new Optimizer.Settings(0.9, 0.95, 1e-8, 0.1, 1));
                GradientWorkers workers = new GradientWorkers(transformer, () -> new SlotLoss(10, 1),
                        cores.count())) {
            double loss = Double.NaN;
            for (int round = -1; round < rounds; round++) { // the first only warms up
                boolean counts = round >= 0;
                double rate = productRate();
                if (counts) {
                    products.add(rate);
                }
                for (int i = 0; i < STEPS; i++) {
                    long begun = System.nanoTime();
                    loss = workers.addGradients(job.batch(i), 10);
                    optimizer.step(1e-3, workers.gradients());
                    transformer.refresh();
                    if (counts) {
                        steps.add((System.nanoTime() - begun) * 1e-9);
                    }
                }
            }
            print(loss);
        }
    }

    /** Of all threads together. */
    private double productRate() {
        ScalarType type = job.config().precision() == Precision.FLOAT32 ? ScalarType.Float : ScalarType.BFloat16;
        int times = type == ScalarType.Float ? 4 : 20;
        double seconds = cores.seconds(_ -> {
            Tensor a = Tensors.zeroFloats(SIDE, SIDE).fill_(new Scalar(0.5)).to(type);
            Tensor b = a.clone();
            Tensor out = a.clone();
            for (int i = 0; i < times; i++) {
                torch.mm_out(out, a, b);
            }
        });
        return cores.count() * times * 2.0 * SIDE * SIDE * SIDE / seconds;
    }

    private void print(double loss) {
        double seconds = median(steps);
        double rate = job.operations() / seconds;
        System.out.printf(Locale.ROOT, "v %d, %s, %d threads, %d steps; loss %.6f%n%n", job.config().vocabSize(),
                job.config().precision(), cores.count(), steps.size(), loss);
        System.out.println("| | |\n|---|---:|");
        System.out.printf(Locale.ROOT, "| words/s | %,.0f |%n", job.words() / seconds);
        System.out.printf(Locale.ROOT, "| ms a step, median (least) | %.0f (%.0f) |%n", 1e3 * seconds,
                1e3 * steps.stream().mapToDouble(d -> d).min().orElseThrow());
        System.out.printf(Locale.ROOT, "| GFLOP/s of the step | %.0f |%n", rate * 1e-9);
        System.out.printf(Locale.ROOT, "| GFLOP/s of products of %d³ | %.0f |%n", SIDE, median(products) * 1e-9);
        System.out.printf(Locale.ROOT, "| ratio | %.2f |%n", rate / median(products));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
