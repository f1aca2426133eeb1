/** Documents from files of many formats: JSON Lines, compressed files, Parquet. */
@NullMarked
package tfree.source;

import org.jspecify.annotations.NullMarked;
