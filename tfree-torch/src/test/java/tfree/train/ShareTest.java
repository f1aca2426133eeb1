package tfree.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.train.Share.Piece;

class ShareTest {

    @Test
    void everyNumberIsInOneShareAndSharesAreEven() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (TensorScope _ = new TensorScope()) {
            for (int round = 0; round < 50; round++) {
                Map<String, Tensor> parameters = new LinkedHashMap<>();
                long numbers = 0;
                for (int p = random.nextInt(12); p >= 0; p--) {
                    int size = random.nextInt(random.nextBoolean() ? 90 : 9000) + 1;
                    parameters.put("p" + p, Tensors.zeroFloats(size));
                    numbers += size;
                }
                int ranks = random.nextInt(9) + 1;
                List<Share> shares = Share.even(parameters, ranks);
                assertEquals(ranks, shares.size());
                Map<String, Long> taken = new LinkedHashMap<>();
                for (Share share : shares) {
                    long own = 0;
                    for (Map.Entry<String, Piece> piece : share.pieces().entrySet()) {
                        assertEquals(taken.getOrDefault(piece.getKey(), 0L), piece.getValue().from(), "seed " + seed);
                        taken.put(piece.getKey(), piece.getValue().to());
                        own += piece.getValue().to() - piece.getValue().from();
                    }
                    assertTrue(own <= numbers / ranks + 65, own + " of " + numbers + " on " + ranks + ", seed " + seed);
                }
                for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
                    assertEquals(parameter.getValue().numel(), taken.get(parameter.getKey()), "seed " + seed);
                }
            }
        }
    }

    @Test
    void aPieceIsAViewOfItsNumbers() {
        try (TensorScope _ = new TensorScope()) {
            Tensor whole = Tensors.zeroFloats(3, 4);
            new Piece(2, 6).of(whole).add_(Tensors.ofFloats(new float[]{1, 2, 3, 4}, 4));
            assertEquals(List.of(0f, 0f, 1f, 2f, 3f, 4f, 0f, 0f, 0f, 0f, 0f, 0f), boxed(Tensors.floats(whole)));
            assertEquals(List.of(3L, 4L), Tensors.shape(new Piece(0, 12).of(whole)));
        }
    }

    private static List<Float> boxed(float[] values) {
        List<Float> boxed = new java.util.ArrayList<>();
        for (float value : values) {
            boxed.add(value);
        }
        return boxed;
    }
}
