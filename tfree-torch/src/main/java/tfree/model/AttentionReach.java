package tfree.model;

import org.bytedeco.pytorch.Tensor;

/** How far back the positions of an input look: within their document, or over caches of earlier words. */
sealed interface AttentionReach permits DocumentMask, CachedDocuments {

    /**
     * Softmax attention in one layer.
     *
     * @param query [positions, heads, width], as are key and value
     * @return [positions, heads · width]
     */
    Tensor attend(int layer, Tensor query, Tensor key, Tensor value);
}
