/** Recurrent layers; may import what {@code layer} may, and {@code layer} itself. */
package io.sparknn.layer.recurrent;
