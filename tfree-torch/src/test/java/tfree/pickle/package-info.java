@NullMarked
package tfree.pickle;

import org.jspecify.annotations.NullMarked;
