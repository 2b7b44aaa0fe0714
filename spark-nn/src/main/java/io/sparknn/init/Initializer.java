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
  ZEROS((fanIn, fanOut, random) -> 0),
  /** All 1. */
  ONES((fanIn, fanOut, random) -> 1),
  /** Uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, AISTATS 2010). */
  GLOROT_UNIFORM((fanIn, fanOut, random) -> uniform(2 / (fanIn + fanOut), random)),
  /** Truncated normal of variance 2 / (fanIn + fanOut) (Glorot and Bengio, AISTATS 2010). */
  GLOROT_NORMAL((fanIn, fanOut, random) -> truncatedNormal(2 / (fanIn + fanOut), random)),
  /** Uniform in ±sqrt(6 / fanIn) (He et al., ICCV 2015). */
  HE_UNIFORM((fanIn, fanOut, random) -> uniform(2 / fanIn, random)),
  /** Truncated normal of variance 2 / fanIn (He et al., ICCV 2015). */
  HE_NORMAL((fanIn, fanOut, random) -> truncatedNormal(2 / fanIn, random)),
  /** Uniform in ±sqrt(3 / fanIn) (LeCun et al., "Efficient BackProp", 1998). */
  LECUN_UNIFORM((fanIn, fanOut, random) -> uniform(1 / fanIn, random)),
  /** Truncated normal of variance 1 / fanIn (LeCun et al., "Efficient BackProp", 1998). */
  LECUN_NORMAL((fanIn, fanOut, random) -> truncatedNormal(1 / fanIn, random));

  /** The standard deviation of a standard normal distribution truncated at ±2. */
  private static final double TRUNCATED_DEVIATION = 0.879_625_661_034_239_78;

  private interface Distribution {
    double draw(double fanIn, double fanOut, Random random);
  }

  private final Distribution distribution;

  Initializer(Distribution distribution) {
    this.distribution = distribution;
  }

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
      weight.data()[weight.offset() + i] = (float) distribution.draw(fanIn, fanOut, random);
    }
  }

  private static double uniform(double variance, Random random) {
    return Math.sqrt(3 * variance) * (2 * random.nextDouble() - 1);
  }

  /** As in Keras, drawn again beyond two standard deviations of the untruncated distribution. */
  private static double truncatedNormal(double variance, Random random) {
    double draw = random.nextGaussian();
    while (Math.abs(draw) > 2) {
      draw = random.nextGaussian();
    }
    return Math.sqrt(variance) / TRUNCATED_DEVIATION * draw;
  }

  /** The name as users write it, as in {@code glorot_uniform}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
