@NullMarked
package tfree.server;

import org.jspecify.annotations.NullMarked;
