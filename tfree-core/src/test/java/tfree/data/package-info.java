/** Tests of documents and training samples. */
@NullMarked
package tfree.data;

import org.jspecify.annotations.NullMarked;
