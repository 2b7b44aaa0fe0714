package io.sparknn.layer.attention;

import java.util.Locale;

/** How {@link Attention} scores a query and a key of d features. */
public enum ScoreMode {
  /** The scalar product q &middot; k (Luong et al., EMNLP 2015). */
  DOT,
  /** q &middot; k / sqrt(d), whose spread does not grow with d (Vaswani et al., NeurIPS 2017). */
  SCALED_DOT;

  float factor(int features) {
    return this == DOT ? 1 : (float) (1 / Math.sqrt(features));
  }

  /** The name as users write it, as in {@code scaled_dot}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
