/**
 * Training and scoring on Spark: rows to batches, gradients from partitions, files on Hadoop file
 * systems; may import {@code tensor}, {@code graph}, {@code loss} and {@code training}, and must
 * not know Params or do maths.
 */
package io.sparknn.spark;
