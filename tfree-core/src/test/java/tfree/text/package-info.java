/** Tests of text and words. */
@NullMarked
package tfree.text;

import org.jspecify.annotations.NullMarked;
