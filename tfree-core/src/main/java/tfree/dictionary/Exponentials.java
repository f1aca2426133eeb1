package tfree.dictionary;

/**
 * Exponentials of whole arrays by additions and multiplications alone, which the compiler turns into vector code:
 * {@code e^x = (e^(x/2^k))^(2^k)} with the power series of the small argument.
 */
final class Exponentials {
    private static final int LANES = 64;

    private static final double C2 = 1.0 / 2; // 1 / 2!, 1 / 3!, …
    private static final double C3 = C2 / 3;
    private static final double C4 = C3 / 4;
    private static final double C5 = C4 / 5;
    private static final double C6 = C5 / 6;
    private static final double C7 = C6 / 7;
    private static final double C8 = C7 / 8;

    private Exponentials() {}

    /**
     * {@code out[i] ← 1 / (1 + e^−x[i])} for i in [from, to), within rounding to a float; beyond ±80 that of ±80:
     * below, 1.8e−35.
     */
    static void sigmoid(float[] x, float[] out, int from, int to) {
        for (int i = from; i < to; i++) {
            double y = Math.max(-80, Math.min(80, -(double) x[i])) / 256;
            double e = series(y);
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            e *= e;
            out[i] = (float) (1 / (1 + e));
        }
    }

    /** {@code Σ e^(x[i] − max)} over i in [from, to), for max ≥ x[i]; what lies 64 below max counts as nothing. */
    static double sum(float[] x, int from, int to, float max) {
        double[] sums = new double[LANES];
        int i = from;
        for (; i + LANES <= to; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                sums[lane] += exp(x[i + lane] - max);
            }
        }
        for (; i < to; i++) {
            sums[0] += exp(x[i] - max);
        }
        double sum = 0;
        for (double each : sums) {
            sum += each;
        }
        return sum;
    }

    /** e^y for a small y. */
    private static double series(double y) {
        return 1 + y * (1 + y * (C2 + y * (C3 + y * (C4 + y * (C5 + y * (C6 + y * (C7 + y * C8)))))));
    }

    /** For x from −64 to 0, relative error below 1e−6. */
    private static double exp(double x) {
        double y = Math.max(-64, x) / 64;
        double e = series(y);
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        e *= e;
        return e * e;
    }
}
