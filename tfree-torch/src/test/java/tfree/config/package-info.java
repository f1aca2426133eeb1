@NullMarked
package tfree.config;

import org.jspecify.annotations.NullMarked;
