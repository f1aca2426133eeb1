/** The demo: real text, a model in minutes, a page to look at. */
@NullMarked
package tfree.demo;

import org.jspecify.annotations.NullMarked;
