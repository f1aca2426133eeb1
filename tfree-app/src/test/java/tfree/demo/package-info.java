@NullMarked
package tfree.demo;

import org.jspecify.annotations.NullMarked;
