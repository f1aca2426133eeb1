@NullMarked
package tfree.console;

import org.jspecify.annotations.NullMarked;
