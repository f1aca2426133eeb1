@NullMarked
package tfree.generate;

import org.jspecify.annotations.NullMarked;
