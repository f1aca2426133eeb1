/** Python's pickles as data: read without running anything, written so that Python reads them. */
@NullMarked
package tfree.pickle;

import org.jspecify.annotations.NullMarked;
