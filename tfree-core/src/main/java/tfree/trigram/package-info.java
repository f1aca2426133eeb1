/** Words and activation patterns: trigrams, hashing, encoding. */
@NullMarked
package tfree.trigram;

import org.jspecify.annotations.NullMarked;
