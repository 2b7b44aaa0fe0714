/** One thin stage for each layer: params and {@code toLayer()}, nothing else. */
package io.sparknn.ml.layer;
