/** Documents on disk and training samples: memory maps, sample order, packing. */
@NullMarked
package tfree.data;

import org.jspecify.annotations.NullMarked;
