/** A run that trains in seconds, for the tests. */
@NullMarked
package tfree.tiny;

import org.jspecify.annotations.NullMarked;
