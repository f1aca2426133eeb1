/** Files that are written whole or not at all, and what can be wrong with one that is read. */
@NullMarked
package tfree.file;

import org.jspecify.annotations.NullMarked;
