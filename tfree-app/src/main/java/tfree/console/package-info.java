/** What a running command shows on the terminal, and how Ctrl-C reaches it. */
@NullMarked
package tfree.console;

import org.jspecify.annotations.NullMarked;
