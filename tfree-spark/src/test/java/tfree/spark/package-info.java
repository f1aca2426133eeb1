@NullMarked
package tfree.spark;

import org.jspecify.annotations.NullMarked;
