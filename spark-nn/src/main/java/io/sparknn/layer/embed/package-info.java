/**
 * Embeddings of ids and of positions; may import what {@code layer} may, and {@code layer} itself.
 */
package io.sparknn.layer.embed;
