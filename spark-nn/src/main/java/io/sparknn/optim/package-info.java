/** Optimisers on flat arrays; may import {@code tensor} only. */
package io.sparknn.optim;
