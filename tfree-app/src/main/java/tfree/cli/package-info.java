/** The tfree command: one class a subcommand. */
@NullMarked
package tfree.cli;

import org.jspecify.annotations.NullMarked;
