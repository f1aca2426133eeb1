/** Loss, optimizer, schedule and the training loop. */
@NullMarked
package tfree.train;

import org.jspecify.annotations.NullMarked;
