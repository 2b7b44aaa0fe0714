/**
 * Layers that disturb in training and do nothing in scoring; may import what {@code layer} may, and
 * {@code layer} itself.
 */
package io.sparknn.layer.regularization;
