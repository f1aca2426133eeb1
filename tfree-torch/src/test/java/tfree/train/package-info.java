/** Tests of loss, optimizer and schedule. */
@NullMarked
package tfree.train;

import org.jspecify.annotations.NullMarked;
