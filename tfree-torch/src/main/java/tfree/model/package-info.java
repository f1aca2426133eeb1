/** The transformer on libtorch tensors. */
@NullMarked
package tfree.model;

import org.jspecify.annotations.NullMarked;
