/** Tests of the tensor files. */
@NullMarked
package tfree.checkpoint;

import org.jspecify.annotations.NullMarked;
