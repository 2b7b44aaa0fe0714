/** Losses and their gradients on a network's output; may import {@code tensor} only. */
package io.sparknn.loss;
