/** The examples of the README, compiled and run. */
@NullMarked
package tfree.example;

import org.jspecify.annotations.NullMarked;
