/** The words that decoding may produce, and how activations choose among them. */
@NullMarked
package tfree.dictionary;

import org.jspecify.annotations.NullMarked;
