@NullMarked
package tfree.token;

import org.jspecify.annotations.NullMarked;
