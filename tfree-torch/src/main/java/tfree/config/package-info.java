/** The run configuration: sections, strict reading, overrides. */
@NullMarked
package tfree.config;

import org.jspecify.annotations.NullMarked;
