package io.sparknn.tensor;

/**
 * What biases and normalisation by channel compute on tensors seen as matrices of {@link
 * Tensor#rows()} positions by {@link Tensor#columns()} channels. Vectors have an element for each
 * channel.
 *
 * <p>Where a rectifier follows, its output is given to the gradients, which take the gradient of
 * that: it counts where the output is positive (or NaN). Otherwise the output is null.
 *
 * <p>Every method throws {@link IllegalArgumentException} if sizes do not fit together.
 */
public final class Channels {
  private static final ChannelKernels KERNELS = Maths.KERNELS.channels();

  private Channels() {}

  /** y = max(x + bias, least). */
  public static void addBias(Tensor x, Tensor bias, float least, Tensor y) {
    check("addBias", x, bias);
    checkSize("addBias", x, y);
    KERNELS.addBias(
        x.data(),
        x.offset(),
        bias.data(),
        bias.offset(),
        least,
        y.data(),
        y.offset(),
        x.rows(),
        x.columns());
  }

  /** dx = dy where y is positive (or NaN), else 0; sum = sum + the sum of dx. */
  public static void rectifiedGradient(Tensor y, Tensor dy, Tensor dx, Tensor sum) {
    check("rectifiedGradient", y, sum);
    checkSize("rectifiedGradient", y, dy);
    checkSize("rectifiedGradient", y, dx);
    KERNELS.rectifiedGradient(
        y.data(),
        y.offset(),
        dy.data(),
        dy.offset(),
        dx.data(),
        dx.offset(),
        sum.data(),
        sum.offset(),
        y.rows(),
        y.columns());
  }

  /** sum = sum + the sum of x - center; squares likewise, of the squares. */
  public static void addDeviations(Tensor x, Tensor center, Tensor sum, Tensor squares) {
    check("addDeviations", x, center, sum, squares);
    KERNELS.addDeviations(
        x.data(),
        x.offset(),
        center.data(),
        center.offset(),
        sum.data(),
        sum.offset(),
        squares.data(),
        squares.offset(),
        x.rows(),
        x.columns());
  }

  /** y = max(x * scale + shift, least). */
  public static void affine(Tensor x, Tensor scale, Tensor shift, float least, Tensor y) {
    check("affine", x, scale, shift);
    checkSize("affine", x, y);
    KERNELS.affine(
        x.data(),
        x.offset(),
        scale.data(),
        scale.offset(),
        shift.data(),
        shift.offset(),
        least,
        y.data(),
        y.offset(),
        x.rows(),
        x.columns());
  }

  /** sum = sum + the sum of dy; products likewise, of dy * (x - center). */
  public static void addGradients(
      Tensor x, Tensor center, Tensor rectified, Tensor dy, Tensor sum, Tensor products) {
    check("addGradients", x, center, sum, products);
    checkSize("addGradients", x, dy);
    checkRectified("addGradients", x, rectified);
    KERNELS.addGradients(
        x.data(),
        x.offset(),
        center.data(),
        center.offset(),
        data(rectified),
        offset(rectified),
        dy.data(),
        dy.offset(),
        sum.data(),
        sum.offset(),
        products.data(),
        products.offset(),
        x.rows(),
        x.columns());
  }

  /** dx = scale * dy + slope * (x - center) + shift. */
  public static void gradient(
      Tensor x,
      Tensor center,
      Tensor rectified,
      Tensor dy,
      Tensor scale,
      Tensor slope,
      Tensor shift,
      Tensor dx) {
    check("gradient", x, center, scale, slope, shift);
    checkSize("gradient", x, dy);
    checkSize("gradient", x, dx);
    checkRectified("gradient", x, rectified);
    KERNELS.gradient(
        x.data(),
        x.offset(),
        center.data(),
        center.offset(),
        data(rectified),
        offset(rectified),
        dy.data(),
        dy.offset(),
        scale.data(),
        scale.offset(),
        slope.data(),
        slope.offset(),
        shift.data(),
        shift.offset(),
        dx.data(),
        dx.offset(),
        x.rows(),
        x.columns());
  }

  private static float[] data(Tensor tensor) {
    return tensor == null ? null : tensor.data();
  }

  private static int offset(Tensor tensor) {
    return tensor == null ? 0 : tensor.offset();
  }

  private static void check(String operation, Tensor matrix, Tensor... vectors) {
    for (Tensor vector : vectors) {
      if (vector.size() != matrix.columns()) {
        throw new IllegalArgumentException(
            "%s takes vectors with an element for each channel; received %s for %s"
                .formatted(operation, vector.shape(), matrix.shape()));
      }
    }
  }

  private static void checkRectified(String operation, Tensor x, Tensor rectified) {
    if (rectified != null) {
      checkSize(operation, x, rectified);
    }
  }

  private static void checkSize(String operation, Tensor a, Tensor b) {
    if (a.size() != b.size()) {
      throw new IllegalArgumentException(
          "%s takes tensors of one size; received %s and %s"
              .formatted(operation, a.shape(), b.shape()));
    }
  }
}
