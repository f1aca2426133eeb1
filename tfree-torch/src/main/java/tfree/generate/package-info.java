/** Prompt to words: sampling, streaming, stopping. */
@NullMarked
package tfree.generate;

import org.jspecify.annotations.NullMarked;
