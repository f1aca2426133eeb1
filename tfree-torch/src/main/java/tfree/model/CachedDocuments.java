package tfree.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Documents of which each goes on behind a cache of its own: a prompt that is read, a word that an answer has got. */
final class CachedDocuments implements AttentionReach {
    private final List<KvCache> caches;
    private final int[] starts; // [documents + 1] positions of the input

    /** @throws IllegalArgumentException if there are not as many caches, or a document does not begin where its ends */
    CachedDocuments(ModelInput input, List<KvCache> caches) {
        int documents = input.documentStarts().length;
        if (documents != caches.size()) {
            throw new IllegalArgumentException(
                    "expected %s to continue the cache%s with but was %d".formatted(
                            caches.size() == 1 ? "one document" : caches.size() + " documents",
                            caches.size() == 1 ? "" : "s", documents));
        }
        this.caches = caches;
        starts = new int[documents + 1];
        System.arraycopy(input.documentStarts(), 0, starts, 0, documents);
        starts[documents] = input.positions();
        for (int d = 0; d < documents; d++) {
            int first = input.positionIds()[starts[d]];
            if (first != caches.get(d).length()) {
                throw new IllegalArgumentException("expected the position " + caches.get(d).length()
                        + ", which follows the cache's words, but was " + first + " at document " + d);
            }
        }
        for (int d = 0; d < documents; d++) {
            caches.get(d).reserve(words(d));
        }
    }

    private int words(int document) {
        return starts[document + 1] - starts[document];
    }

    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
        if (caches.size() == 1) {
            return flat(caches.getFirst().attend(layer, query, key, value));
        }
        TensorVector parts = new TensorVector();
        for (int d = 0; d < caches.size(); d++) {
            parts.push_back(flat(caches.get(d).attend(layer, query.narrow(0, starts[d], words(d)),
                    key.narrow(0, starts[d], words(d)), value.narrow(0, starts[d], words(d)))));
        }
        return torch.cat(parts);
    }

    /** [1, heads, words, width] → [words, heads · width] */
    private static Tensor flat(Tensor out) {
        return out.squeeze(0).transpose(0, 1).reshape(out.size(2), -1);
    }

    /** Counts the words, once all layers have written them. */
    void advance() {
        for (int d = 0; d < caches.size(); d++) {
            caches.get(d).advance(words(d));
        }
    }
}
