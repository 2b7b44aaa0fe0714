/**
 * Fully connected layers, activations, reshaping and dropout; may import what {@code layer} may,
 * and {@code layer} itself.
 */
package io.sparknn.layer.core;
