package io.sparknn.tensor;

import java.util.Locale;

/**
 * Normalisation of a matrix by its rows. Checks sizes once a call, as {@link Maths} does; a
 * destination may be one of the sources of its size.
 */
public final class Norms {
  private static final NormKernels KERNELS = Maths.KERNELS.norms();

  private Norms() {}

  /**
   * Row by row, y = (x - mean) inverse scale + shift, with inverse = 1 / sqrt(variance + epsilon).
   *
   * @param mean receives each row's mean
   * @param inverse receives each row's inverse deviation
   */
  public static void normalize(
      Tensor x, float epsilon, Tensor scale, Tensor shift, Tensor y, Tensor mean, Tensor inverse) {
    checkSize("normalize", y, x.size());
    checkSize("normalize", scale, x.columns());
    checkSize("normalize", shift, x.columns());
    checkSize("normalize", mean, x.rows());
    checkSize("normalize", inverse, x.rows());
    KERNELS.normalize(
        x.data(),
        x.offset(),
        epsilon,
        scale.data(),
        scale.offset(),
        shift.data(),
        shift.offset(),
        y.data(),
        y.offset(),
        mean.data(),
        mean.offset(),
        inverse.data(),
        inverse.offset(),
        x.rows(),
        x.columns());
  }

  /** Adds the gradients of {@link #normalize}'s scale and shift, and writes that of x. */
  public static void normalizeGradient(
      Tensor x,
      Tensor dy,
      Tensor scale,
      Tensor mean,
      Tensor inverse,
      Tensor dscale,
      Tensor dshift,
      Tensor dx) {
    checkSize("normalizeGradient", dy, x.size());
    checkSize("normalizeGradient", dx, x.size());
    checkSize("normalizeGradient", scale, x.columns());
    checkSize("normalizeGradient", mean, x.rows());
    checkSize("normalizeGradient", inverse, x.rows());
    checkSize("normalizeGradient", dscale, x.columns());
    checkSize("normalizeGradient", dshift, x.columns());
    KERNELS.normalizeGradient(
        x.data(),
        x.offset(),
        dy.data(),
        dy.offset(),
        scale.data(),
        scale.offset(),
        mean.data(),
        mean.offset(),
        inverse.data(),
        inverse.offset(),
        dscale.data(),
        dscale.offset(),
        dshift.data(),
        dshift.offset(),
        dx.data(),
        dx.offset(),
        x.rows(),
        x.columns());
  }

  private static void checkSize(String operation, Tensor tensor, int size) {
    if (tensor.size() != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s takes a tensor of %d elements here; received %s",
              operation,
              size,
              tensor.shape()));
    }
  }
}
