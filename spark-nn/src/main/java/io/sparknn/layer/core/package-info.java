/**
 * Fully connected layers, activations and reshaping; may import what {@code layer} may, and {@code
 * layer} itself.
 */
package io.sparknn.layer.core;
