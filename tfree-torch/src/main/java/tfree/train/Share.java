package tfree.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What of a model's parameters one rank's optimizer steps on (ZeRO, stage 1): the numbers of all parameters stand in one
 * row, which is cut into a run of the same length for each rank. So a share is the rest of one parameter, some whole
 * ones, and the beginning of another.
 *
 * @param pieces by parameter, in the parameters' order
 */
record Share(Map<String, Piece> pieces) {
    /** Cuts fall on multiples of it within a parameter: vectorised code does the same to a number in any share. */
    private static final long ALIGNED = 64;

    /** Numbers {@code [from, to)} of a parameter, in row-major order. */
    record Piece(long from, long to) {
        /** These numbers of a contiguous tensor, in its memory. */
        Tensor of(Tensor whole) {
            return from == 0 && to == whole.numel() ? whole : whole.view(-1).narrow(0, from, to - from);
        }
    }

    /** All of them. */
    static Share everything(Map<String, Tensor> parameters) {
        return even(parameters, 1).getFirst();
    }

    /** A share for each rank. */
    static List<Share> even(Map<String, Tensor> parameters, int ranks) {
        long numbers = parameters.values().stream().mapToLong(Tensor::numel).sum();
        long each = Math.ceilDiv(numbers, ranks);
        List<Share> shares = new ArrayList<>();
        for (long rank = 0; rank < ranks; rank++) {
            shares.add(run(parameters, rank * each, (rank + 1) * each));
        }
        return shares;
    }

    private static Share run(Map<String, Tensor> parameters, long from, long to) {
        Map<String, Piece> pieces = new LinkedHashMap<>();
        long begin = 0;
        for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
            long numbers = parameter.getValue().numel();
            Piece piece = new Piece(cut(from - begin, numbers), cut(to - begin, numbers));
            if (piece.to() > piece.from()) {
                pieces.put(parameter.getKey(), piece);
            }
            begin += numbers;
        }
        return new Share(pieces);
    }

    private static long cut(long at, long numbers) {
        return at >= numbers ? numbers : Math.max(0, at) / ALIGNED * ALIGNED;
    }
}
