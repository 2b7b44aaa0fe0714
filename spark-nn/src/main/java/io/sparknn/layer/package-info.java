/**
 * What a layer is, and one package a family of layers; may import {@code tensor}, {@code init} and
 * {@code activation}, and must not know graph, loss, optimiser or Spark.
 */
package io.sparknn.layer;
