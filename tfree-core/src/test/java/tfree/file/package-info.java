@NullMarked
package tfree.file;

import org.jspecify.annotations.NullMarked;
