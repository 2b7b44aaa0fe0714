/**
 * Attention: weighted sums over the steps of a sequence. May import what {@code layer} may, and
 * {@code layer} itself.
 */
package io.sparknn.layer.attention;
