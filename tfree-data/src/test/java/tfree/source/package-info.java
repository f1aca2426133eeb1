/** Tests of the sources: golden files of other writers, truncations, damage. */
@NullMarked
package tfree.source;

import org.jspecify.annotations.NullMarked;
