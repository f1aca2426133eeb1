package tfree.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import tfree.model.Gradients;
import tfree.model.TensorScope;
import tfree.model.Tensors;
import tfree.train.RankGroup.Exchange;
import tfree.train.Share.Piece;

/**
 * Keeps the ranks' models the same: each rank computes the gradients of its own samples, they are added up over the ranks
 * in fp32, and every parameter moves by their sum. With ZeRO a rank needs the sum only where its own {@link Share} is; it
 * moves that, and the ranks give each other what they have moved.
 *
 * <p>Tensors travel in transfers of at most so many numbers, several at once: large ones are cut and go from where they
 * are; small ones (norms, biases) are packed together. A rank alone does nothing of this.
 */
final class DataParallel {
    /** Summing 32 MB on loopback took 31 ms at once, 20 to 26 in pieces of 4 to 16 MB, several on their way at a time. */
    private static final long MOST_NUMBERS = 1 << 20;
    /** Below, copying costs less than a transfer of its own. */
    private static final long SMALL = 1 << 14;
    private static final int NOBODY = -1;

    private final RankGroup group;
    private final Map<String, Tensor> parameters;
    private final List<Share> shares;
    private final List<Transfer> transfers;

    /** Pieces that travel together, and who steps on them: a rank, or {@link #NOBODY} where all ranks do. */
    private record Transfer(int owner, List<Part> parts) {}

    private record Part(String parameter, Piece piece) {}

    /**
     * @param zero        whether each rank keeps the optimizer's state for its share alone
     * @param mostNumbers of a transfer
     */
    DataParallel(RankGroup group, Map<String, Tensor> parameters, boolean zero, long mostNumbers) {
        this.group = group;
        this.parameters = parameters;
        this.shares = zero ? Share.even(parameters, group.ranks()) : List.of(Share.everything(parameters));
        this.transfers = transfers(Math.min(mostNumbers, MOST_NUMBERS));
    }

    private boolean zero() {
        return shares.size() > 1;
    }

    /** In the order in which a backward pass completes them: the last parameters first, the small ones at the end. */
    private List<Transfer> transfers(long mostNumbers) {
        List<Transfer> large = new ArrayList<>();
        List<Transfer> small = new ArrayList<>();
        for (int i = shares.size() - 1; i >= 0; i--) {
            int owner = zero() ? i : NOBODY;
            List<Part> packed = new ArrayList<>();
            for (Map.Entry<String, Piece> entry : List.copyOf(shares.get(i).pieces().entrySet()).reversed()) {
                Piece piece = entry.getValue();
                if (piece.to() - piece.from() < SMALL) {
                    packed.add(new Part(entry.getKey(), piece));
                    continue;
                }
                for (long from = piece.from(); from < piece.to(); from += mostNumbers) {
                    Piece some = new Piece(from, Math.min(piece.to(), from + mostNumbers));
                    large.add(new Transfer(owner, List.of(new Part(entry.getKey(), some))));
                }
            }
            if (!packed.isEmpty()) {
                small.add(new Transfer(owner, packed));
            }
        }
        large.addAll(small);
        return large;
    }

    /** What this rank's optimizer steps on. */
    Share own() {
        return zero() ? shares.get(group.rank()) : shares.getFirst();
    }

    /** Of a sum over this rank's share: the sum over all parameters. */
    double overShares(double own) {
        return zero() ? group.sums(own)[0] : own;
    }

    /** Adds up the gradients over the ranks; with ZeRO, this rank has the sums of its share alone. */
    void sumGradients(Gradients gradients) {
        exchangeAll(gradients::of, (owner, tensor) -> owner == NOBODY ? group.sum(tensor)
                : group.sumOn(owner, tensor));
    }

    /** After a step: gives the other ranks what this one's optimizer has moved. */
    void shareParameters() {
        if (zero()) {
            exchangeAll(this::parameter, group::share);
        }
    }

    /** Before the first step: all ranks begin with rank 0's parameters. */
    void begin() {
        exchangeAll(this::parameter, (_, tensor) -> group.share(0, tensor));
    }

    /**
     * The whole tensors of which each rank has its share.
     *
     * @param own by parameter, for those of this rank's share
     * @return on rank 0 all of them, and the caller's to close; on the others none
     */
    Map<String, Tensor> gathered(Map<String, Tensor> own) {
        Map<String, Tensor> whole = new LinkedHashMap<>();
        if (!zero()) {
            if (group.first()) {
                own.forEach((name, tensor) -> whole.put(name, tensor.retainReference()));
            }
            return whole;
        }
        try (TensorScope scope = new TensorScope()) {
            if (group.first()) {
                parameters.forEach((name, like) -> whole.put(name, scope.keep(torch.empty_like(like))));
            }
            for (int rank = 0; rank < shares.size(); rank++) {
                for (Map.Entry<String, Piece> piece : shares.get(rank).pieces().entrySet()) {
                    Tensor mine = own.get(piece.getKey());
                    if (group.rank() == rank && !group.first()) {
                        group.send(0, Objects.requireNonNull(mine)).await();
                    } else if (group.first()) {
                        Tensor place = piece.getValue().of(Objects.requireNonNull(whole.get(piece.getKey())));
                        if (rank == 0) {
                            place.copy_(Objects.requireNonNull(mine));
                        } else {
                            group.receive(rank, place).await();
                        }
                    }
                }
            }
        }
        return whole;
    }

    /** What is done with a transfer's tensor. */
    private interface Operation {
        Exchange begin(int owner, Tensor tensor);
    }

    private void exchangeAll(Function<String, Tensor> tensors, Operation operation) {
        if (group.ranks() == 1) {
            return;
        }
        try (TensorScope _ = new TensorScope()) {
            List<Exchange> begun = new ArrayList<>();
            for (Transfer transfer : transfers) {
                begun.add(begin(transfer, tensors, operation));
            }
            begun.forEach(Exchange::await);
        }
    }

    private static Exchange begin(Transfer transfer, Function<String, Tensor> tensors, Operation operation) {
        List<Tensor> parts = transfer.parts().stream().map(part -> part.piece().of(tensors.apply(part.parameter())))
                .toList();
        Tensor first = parts.getFirst();
        if (parts.size() == 1 && first.scalar_type().intern() == ScalarType.Float) {
            return operation.begin(transfer.owner(), first);
        }
        Tensor packed = Tensors.emptyFloats(parts.stream().mapToLong(Tensor::numel).sum());
        copy(parts, packed, true);
        Exchange exchange = operation.begin(transfer.owner(), packed);
        return () -> {
            exchange.await();
            copy(parts, packed, false);
        };
    }

    private static void copy(List<Tensor> parts, Tensor packed, boolean into) {
        long at = 0;
        for (Tensor part : parts) {
            Tensor place = packed.narrow(0, at, part.numel());
            if (into) {
                place.copy_(part.view(-1));
            } else {
                part.view(-1).copy_(place);
            }
            at += part.numel();
        }
    }

    private Tensor parameter(String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }
}
