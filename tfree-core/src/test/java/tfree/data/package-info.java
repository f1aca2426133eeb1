@NullMarked
package tfree.data;

import org.jspecify.annotations.NullMarked;
