@NullMarked
package tfree.hub;

import org.jspecify.annotations.NullMarked;
