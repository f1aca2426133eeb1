@NullMarked
package tfree.dictionary;

import org.jspecify.annotations.NullMarked;
