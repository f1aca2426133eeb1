/** Tests of the command, called in this process and as a process of its own. */
@NullMarked
package tfree.cli;

import org.jspecify.annotations.NullMarked;
