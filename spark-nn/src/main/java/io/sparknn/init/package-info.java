/** First values of weights; may import {@code tensor} only. */
package io.sparknn.init;
