package io.sparknn.init;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Locale;
import java.util.Random;

/**
 * How a weight gets its first values. Fan-in and fan-out follow Keras: for a matrix {@code (in,
 * out)} its extents; for a convolution kernel {@code (..., in, out)} both times the number of taps.
 */
public enum Initializer {
  /** All 0. */
  ZEROS {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return 0;
    }
  },
  /** All 1. */
  ONES {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return 1;
    }
  },
  /** Uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, AISTATS 2010). */
  GLOROT_UNIFORM {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return uniform(2 / (fanIn + fanOut), random);
    }
  },
  /** Normal with variance 2 / (fanIn + fanOut) (Glorot and Bengio, AISTATS 2010). */
  GLOROT_NORMAL {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return normal(2 / (fanIn + fanOut), random);
    }
  },
  /** Uniform in ±sqrt(6 / fanIn) (He et al., ICCV 2015). */
  HE_UNIFORM {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return uniform(2 / fanIn, random);
    }
  },
  /** Normal with variance 2 / fanIn (He et al., ICCV 2015). */
  HE_NORMAL {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return normal(2 / fanIn, random);
    }
  },
  /** Uniform in ±sqrt(3 / fanIn) (LeCun et al., "Efficient BackProp", 1998). */
  LECUN_UNIFORM {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return uniform(1 / fanIn, random);
    }
  },
  /** Normal with variance 1 / fanIn (LeCun et al., "Efficient BackProp", 1998). */
  LECUN_NORMAL {
    @Override
    float draw(double fanIn, double fanOut, Random random) {
      return normal(1 / fanIn, random);
    }
  };

  /**
   * Fills a weight.
   *
   * @param seed the same seed gives the same values on every machine
   */
  public void fill(Tensor weight, long seed) {
    Shape shape = weight.shape();
    double taps = 1;
    for (int axis = 0; axis < shape.rank() - 2; axis++) {
      taps *= shape.extent(axis);
    }
    double fanIn = shape.rank() == 1 ? shape.last() : taps * shape.extent(-2);
    double fanOut = taps * shape.last();
    // java.util.Random, since its sequences are part of the Java specification.
    Random random = new Random(seed);
    for (int i = 0; i < weight.size(); i++) {
      weight.data()[weight.offset() + i] = draw(fanIn, fanOut, random);
    }
  }

  abstract float draw(double fanIn, double fanOut, Random random);

  private static float uniform(double variance, Random random) {
    return (float) (Math.sqrt(3 * variance) * (2 * random.nextDouble() - 1));
  }

  private static float normal(double variance, Random random) {
    return (float) (Math.sqrt(variance) * random.nextGaussian());
  }

  /** The name as users write it, as in {@code glorot_uniform}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
