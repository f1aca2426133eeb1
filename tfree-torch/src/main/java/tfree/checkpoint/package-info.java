/** Checkpoint folders and tensor files. */
@NullMarked
package tfree.checkpoint;

import org.jspecify.annotations.NullMarked;
