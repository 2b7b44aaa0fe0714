/**
 * The training loop and where its gradients come from; may import {@code tensor}, {@code graph},
 * {@code loss} and {@code optim}, and must not know Spark.
 */
package io.sparknn.training;
