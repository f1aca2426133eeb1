/** Measurements against peers. */
@NullMarked
package tfree.bench;

import org.jspecify.annotations.NullMarked;
