/** The tokens of a {@code tokenizer.json}: the units of the baseline that T-Free is compared with. */
@NullMarked
package tfree.token;

import org.jspecify.annotations.NullMarked;
