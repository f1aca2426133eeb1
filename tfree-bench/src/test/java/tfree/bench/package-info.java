/** Tests that the measurements measure what they say. */
@NullMarked
package tfree.bench;

import org.jspecify.annotations.NullMarked;
