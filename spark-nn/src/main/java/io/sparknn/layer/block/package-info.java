/** Blocks: layers made of layers; may import what {@code layer} may, and all its families. */
package io.sparknn.layer.block;
