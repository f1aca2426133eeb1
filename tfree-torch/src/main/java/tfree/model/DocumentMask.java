package tfree.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Causal attention inside each document of a flat input, never across: held as the documents' lengths, never as a
 * matrix of positions × positions.
 *
 * <p>
 * Documents of like length share one fused call, the shorter ones filled up at their end: causal attention never looks
 * at what comes later, so the filling changes no result and, since nothing reads its outputs, no gradient. Lengths 9, 3,
 * 16 and 4, for example, become the calls 2 × 16 (16 and 9) and 2 × 4 (4 and 3).
 */
final class DocumentMask implements AttentionReach {
    /** Documents [rows] of at most {@code length} positions each, which attend in one call. */
    private record Group(int rows, int length) {
        int positions() {
            return rows * length;
        }
    }

    private final List<Group> groups = new ArrayList<>();
    private final boolean inPlace;
    private final Tensor gather; // [filled positions] → position of the input
    private final Tensor scatter; // [positions] → filled position

    DocumentMask(ModelInput input) {
        this(input.documentStarts(), input.positions());
    }

    private DocumentMask(int[] starts, int positions) {
        int documents = starts.length;
        int[] lengths = new int[documents];
        for (int d = 0; d < documents; d++) {
            lengths[d] = (d + 1 < documents ? starts[d + 1] : positions) - starts[d];
        }
        List<Integer> byLength = new ArrayList<>();
        for (int d = 0; d < documents; d++) {
            byLength.add(d);
        }
        byLength.sort((a, b) -> Integer.compare(lengths[b], lengths[a])); // stable: equal lengths keep their order
        int[] from = new int[positions * 2];
        int[] to = new int[positions];
        int filled = 0;
        for (int first = 0; first < documents;) {
            int longest = lengths[byLength.get(first)];
            int end = first;
            // Filling at most doubles a document.
            while (end < documents && 2 * lengths[byLength.get(end)] > longest) {
                int d = byLength.get(end++);
                for (int i = 0; i < longest; i++) {
                    from[filled + i] = starts[d] + Math.min(i, lengths[d] - 1);
                }
                for (int i = 0; i < lengths[d]; i++) {
                    to[starts[d] + i] = filled + i;
                }
                filled += longest;
            }
            groups.add(new Group(end - first, longest));
            first = end;
        }
        inPlace = groups.size() == 1 && filled == positions;
        gather = Tensors.ofInts(from, 0, filled);
        scatter = Tensors.ofInts(to);
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
        if (inPlace) {
            return attend(groups.getFirst(), query, key, value);
        }
        Tensor q = filled(query);
        Tensor k = filled(key);
        Tensor v = filled(value);
        TensorVector parts = new TensorVector();
        long start = 0;
        for (Group group : groups) {
            parts.push_back(attend(group, q.narrow(0, start, group.positions()), k.narrow(0, start, group.positions()),
                    v.narrow(0, start, group.positions())));
            start += group.positions();
        }
        Tensor all = parts.size() == 1 ? parts.get(0) : torch.cat(parts);
        return torch.embedding(all, scatter); // [positions, h]
    }

    /** [positions, heads, width] → [filled positions, heads, width] */
    private Tensor filled(Tensor x) {
        long heads = x.size(1);
        long width = x.size(2);
        // An embedding lookup gathers rows like index_select, but its gradient adds up in parallel.
        return torch.embedding(x.view(x.size(0), heads * width), gather).view(-1, heads, width);
    }

    /** [rows · length, heads, width] each → [rows · length, heads · width] */
    private static Tensor attend(Group group, Tensor query, Tensor key, Tensor value) {
        Tensor out = Attention.scaledDotProduct(rows(group, query), rows(group, key), rows(group, value), true);
        return out.transpose(1, 2).reshape(group.positions(), -1);
    }

    private static Tensor rows(Group group, Tensor x) {
        return x.view(group.rows(), group.length(), x.size(1), x.size(2)).transpose(1, 2);
    }
}
