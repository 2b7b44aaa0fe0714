package io.sparknn.tensor;

/**
 * Normalisations of a matrix by its columns or by its rows. Checks sizes once a call, as {@link
 * Maths} does; a destination may be one of the sources of its size.
 */
public final class Norms {
  private static final NormKernels KERNELS = Maths.kernels().norms();

  private Norms() {}

  /**
   * The mean and the (biased) variance of each column.
   *
   * @throws IllegalArgumentException if there are no rows
   */
  public static void moments(Tensor x, Tensor mean, Tensor variance) {
    checkSize("moments", mean, x.columns());
    checkSize("moments", variance, x.columns());
    if (x.rows() == 0) {
      throw new IllegalArgumentException("moments takes at least one row; received " + x.shape());
    }
    KERNELS.moments(
        x.data(),
        x.offset(),
        mean.data(),
        mean.offset(),
        variance.data(),
        variance.offset(),
        x.rows(),
        x.columns());
  }

  /** Column by column, sum += the sum of dy, and product += the sum of dy (x - center). */
  public static void gradientSums(Tensor x, Tensor dy, Tensor center, Tensor sum, Tensor product) {
    checkSize("gradientSums", dy, x.size());
    checkSize("gradientSums", center, x.columns());
    checkSize("gradientSums", sum, x.columns());
    checkSize("gradientSums", product, x.columns());
    KERNELS.gradientSums(
        x.data(),
        x.offset(),
        dy.data(),
        dy.offset(),
        center.data(),
        center.offset(),
        sum.data(),
        sum.offset(),
        product.data(),
        product.offset(),
        x.rows(),
        x.columns());
  }

  /** dx = dy factor + (x - center) slope + shift, each of the column. */
  public static void gradient(
      Tensor x, Tensor dy, Tensor center, Tensor factor, Tensor slope, Tensor shift, Tensor dx) {
    checkSize("gradient", dy, x.size());
    checkSize("gradient", dx, x.size());
    checkSize("gradient", center, x.columns());
    checkSize("gradient", factor, x.columns());
    checkSize("gradient", slope, x.columns());
    checkSize("gradient", shift, x.columns());
    KERNELS.gradient(
        x.data(),
        x.offset(),
        dy.data(),
        dy.offset(),
        center.data(),
        center.offset(),
        factor.data(),
        factor.offset(),
        slope.data(),
        slope.offset(),
        shift.data(),
        shift.offset(),
        dx.data(),
        dx.offset(),
        x.rows(),
        x.columns());
  }

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
          "%s takes a tensor of %d elements here; received %s"
              .formatted(operation, size, tensor.shape()));
    }
  }
}
