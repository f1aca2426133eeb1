@NullMarked
package tfree.trigram;

import org.jspecify.annotations.NullMarked;
