/** Activation functions and their derivatives; may import {@code tensor} only. */
package io.sparknn.activation;
