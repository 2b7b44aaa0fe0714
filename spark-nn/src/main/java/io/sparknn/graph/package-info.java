/**
 * Networks: which layers read what, where their weights lie, and their run on one batch; may import
 * {@code tensor}, {@code init}, {@code activation} and {@code layer}, and must not know Spark.
 */
package io.sparknn.graph;
