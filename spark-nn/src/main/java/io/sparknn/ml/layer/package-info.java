/**
 * One thin stage for each layer: params and {@code toLayer()}, nothing else; may import layers,
 * {@code ml.param} and the base stages of {@code ml}.
 */
package io.sparknn.ml.layer;
