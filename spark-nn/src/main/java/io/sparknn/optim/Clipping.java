package io.sparknn.optim;

import io.sparknn.tensor.Maths;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Limits of the mean gradient of a batch, kept in this order (Pascanu et al., "On the difficulty of
 * training recurrent neural networks", ICML 2013). Each is above 0; infinity sets none.
 *
 * @param value the greatest absolute value of an element; what is beyond is cut off
 * @param norm the greatest norm of a tensor's gradient, which is scaled down to it
 * @param globalNorm the greatest norm of the whole gradient, which is scaled down to it
 */
public record Clipping(double value, double norm, double globalNorm) implements Serializable {

  /** No limit. */
  public static final double OFF = Double.POSITIVE_INFINITY;

  /** No limits. */
  public static final Clipping NONE = new Clipping(OFF, OFF, OFF);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not above 0
   */
  public Clipping {
    check("clipValue", value);
    check("clipNorm", norm);
    check("globalClipNorm", globalNorm);
  }

  private static void check(String name, double limit) {
    if (!(limit > 0)) {
      throw new IllegalArgumentException("%s must be above 0; received %s".formatted(name, limit));
    }
  }

  /** Whether there is no limit. */
  public boolean isOff() {
    return equals(NONE);
  }

  /**
   * Cuts off elements beyond {@link #value}.
   *
   * @param scale what the elements are to be multiplied by before they are compared
   */
  public void clipValues(float[] values, int offset, int length, float scale) {
    float limit = (float) (value / scale);
    if (limit < Float.POSITIVE_INFINITY) {
      for (int i = offset; i < offset + length; i++) {
        values[i] = Math.max(-limit, Math.min(limit, values[i]));
      }
    }
  }

  /**
   * What each tensor's gradient is to be multiplied by.
   *
   * @param norms of the mean gradient, by tensor, values being cut off
   */
  public double[] factors(double... norms) {
    double[] factors = new double[norms.length];
    double squares = 0;
    for (int i = 0; i < norms.length; i++) {
      factors[i] = norms[i] > norm ? norm / norms[i] : 1;
      double clipped = factors[i] * norms[i];
      squares += clipped * clipped;
    }
    double global = Math.sqrt(squares);
    if (global > globalNorm) {
      for (int i = 0; i < norms.length; i++) {
        factors[i] *= globalNorm / global;
      }
    }
    return factors;
  }

  /**
   * Begins to clip a gradient.
   *
   * @param ends where each tensor ends, as in {@link Optimizer#begin}
   * @param scale what makes the gradient that of the mean
   */
  public Pass begin(int[] ends, float scale) {
    return new Pass(ends, scale);
  }

  /**
   * Clips one gradient, in two visits of all its parts: {@link #measure} takes each of them, then
   * {@link #apply} does.
   */
  public final class Pass {
    private final int[] ends;
    private final float scale;
    private final double[] squares;
    private double[] factors = {};

    private Pass(int[] ends, float scale) {
      this.ends = ends.clone();
      this.scale = scale;
      this.squares = new double[ends.length];
    }

    /** Takes the size of the gradient of the weights {@code from .. to - 1}; may cut values off. */
    public void measure(int from, int to, float[] gradient, int offset) {
      clipValues(gradient, offset, to - from, scale);
      if (norm == OFF && globalNorm == OFF) {
        return;
      }
      for (int start = from, i = tensor(from); start < to; i++) {
        int end = Math.min(to, ends[i]);
        int place = offset + start - from;
        squares[i] += Maths.dot(gradient, place, gradient, place, end - start);
        start = end;
      }
    }

    /** Clips the gradient of the weights {@code from .. to - 1}, in place. */
    public void apply(int from, int to, float[] gradient, int offset) {
      clipValues(gradient, offset, to - from, scale);
      if (factors.length == 0) {
        factors = factors(Arrays.stream(squares).map(s -> scale * Math.sqrt(s)).toArray());
      }
      for (int start = from, i = tensor(from); start < to; i++) {
        int end = Math.min(to, ends[i]);
        int place = offset + start - from;
        if (factors[i] < 1) {
          Maths.scale((float) factors[i], gradient, place, gradient, place, end - start);
        }
        start = end;
      }
    }

    /** The tensor that a weight belongs to. */
    private int tensor(int weight) {
      int found = Arrays.binarySearch(ends, weight);
      return found < 0 ? -found - 1 : found + 1;
    }
  }
}
