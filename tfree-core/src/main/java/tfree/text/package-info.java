/** Text and words: splitting, joining, special words. */
@NullMarked
package tfree.text;

import org.jspecify.annotations.NullMarked;
