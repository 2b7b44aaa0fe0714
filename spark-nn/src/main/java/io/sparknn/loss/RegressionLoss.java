package io.sparknn.loss;

import java.util.Locale;

/** The losses of a regressor, by the names that users give. */
public enum RegressionLoss {
  /** {@link Regression.Squared}. */
  SQUARED {
    @Override
    public Loss create(double huberDelta, double quantile) {
      return new Regression.Squared();
    }
  },
  /** {@link Regression.Absolute}. */
  ABSOLUTE {
    @Override
    public Loss create(double huberDelta, double quantile) {
      return new Regression.Absolute();
    }
  },
  /** {@link Regression.Huber}. */
  HUBER {
    @Override
    public Loss create(double huberDelta, double quantile) {
      return new Regression.Huber(huberDelta);
    }
  },
  /** {@link Regression.Quantile}. */
  QUANTILE {
    @Override
    public Loss create(double huberDelta, double quantile) {
      return new Regression.Quantile(quantile);
    }
  },
  /** {@link Regression.Poisson}. */
  POISSON {
    @Override
    public Loss create(double huberDelta, double quantile) {
      return new Regression.Poisson();
    }
  },
  /** {@link KullbackLeibler}. */
  KL {
    @Override
    public Loss create(double huberDelta, double quantile) {
      return new KullbackLeibler();
    }
  },
  /** {@link CosineDistance}. */
  COSINE {
    @Override
    public Loss create(double huberDelta, double quantile) {
      return new CosineDistance();
    }
  };

  /** The loss; most have no use for the options of others. */
  public abstract Loss create(double huberDelta, double quantile);

  /** The loss with the options' defaults. */
  public Loss create() {
    return create(1, 0.5);
  }

  /** The name as users write it, as in {@code squared}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
