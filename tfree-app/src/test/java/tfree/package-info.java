/** Rules over all modules. */
@NullMarked
package tfree;

import org.jspecify.annotations.NullMarked;
