/** Tests of the transformer. */
@NullMarked
package tfree.model;

import org.jspecify.annotations.NullMarked;
