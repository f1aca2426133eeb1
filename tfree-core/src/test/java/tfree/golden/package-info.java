/** Readers of the golden cases, for the tests of every module. */
@NullMarked
package tfree.golden;

import org.jspecify.annotations.NullMarked;
