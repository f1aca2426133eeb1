/** Counting words and preparing training data on Spark, for corpora that one machine does not serve. */
@NullMarked
package tfree.spark;

import org.jspecify.annotations.NullMarked;
