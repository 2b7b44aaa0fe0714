package io.sparknn.tensor;

/**
 * Loops over plain arrays, as fast as the provider can run them. Arguments were checked by {@link
 * Maths}; nothing is checked here. Every operation reads or writes {@code n} elements from an
 * offset on, or a matrix of {@code rows} by {@code columns}. A destination may be one of the
 * sources at the same offset. Providers agree to the bit on elementwise results and up to the order
 * of summation on sums.
 */
interface Kernels {

  /** The provider's name for the log. */
  String name();

  /** The kernels of normalisation by channel. */
  ChannelKernels channels();

  /** Products with a side that stays the same. */
  ProductKernels products();

  /** Cells of recurrent layers. */
  CellKernels cells();

  /** Products with patches. */
  PatchKernels patches();

  /** Winograd's filtering. */
  WinogradKernels winograd();

  /** Pooling. */
  PoolKernels pools();

  /** The size of the processor's vectors; 0 if that is not known. */
  int vectorBits();

  /** The kernels of normalisations. */
  NormKernels norms();

  // Arithmetic

  /** y = a + b. */
  void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);

  /** y = a - b. */
  void subtract(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);

  /** y = a * b. */
  void multiply(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);

  /** y = max(a, b). */
  void maximum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);

  /** y = min(a, b). */
  void minimum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);

  /** da = a &lt; b ? 0 : dy. */
  void maskGreater(
      float[] a, int ao, float[] b, int bo, float[] dy, int dyo, float[] da, int dao, int n);

  /** da = a &lt; b ? dy : 0. */
  void maskLess(
      float[] a, int ao, float[] b, int bo, float[] dy, int dyo, float[] da, int dao, int n);

  /** y = x + alpha. */
  void shift(float alpha, float[] x, int xo, float[] y, int yo, int n);

  /** y = alpha * x. */
  void scale(float alpha, float[] x, int xo, float[] y, int yo, int n);

  /** y = y + alpha * x. */
  void addScaled(float alpha, float[] x, int xo, float[] y, int yo, int n);

  /** The sum of x, in float lanes, summed up in double. */
  double sum(float[] x, int xo, int n);

  /** The sum of a * b, in float lanes, summed up in double. */
  double dot(float[] a, int ao, float[] b, int bo, int n);

  /** The greatest element (n is at least 1). */
  float max(float[] x, int xo, int n);

  // Matrices by row and by column

  /** y = x * scale + shift. */
  void affine(
      float[] x, int xo, float[] scale, int so, float[] shift, int ho, float[] y, int yo, int n);

  /** y[r, c] = x[r, c] + v[c]. */
  default void addToRows(
      float[] x, int xo, float[] v, int vo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      add(x, xo + r * columns, v, vo, y, yo + r * columns, columns);
    }
  }

  /** y[r, c] = x[r, c] * scale[c] + shift[c]. */
  default void affineRows(
      float[] x,
      int xo,
      float[] scale,
      int so,
      float[] shift,
      int ho,
      float[] y,
      int yo,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      affine(x, xo + r * columns, scale, so, shift, ho, y, yo + r * columns, columns);
    }
  }

  /** y[c] = y[c] + sum over r of x[r, c]. */
  void sumRows(float[] x, int xo, float[] y, int yo, int rows, int columns);

  /**
   * y[c] = alpha * the sum over i of x[rows[i], c], for i from {@code from} to before {@code to}.
   */
  void sumOfRows(
      float alpha, float[] x, int xo, int[] rows, int from, int to, float[] y, int yo, int columns);

  /**
   * rows = x, whole numbers from 0 to before {@code end}; returns whether all are. If not, rows may
   * hold anything.
   */
  boolean indices(float[] x, int xo, int[] rows, int n, int end);

  /** y = y + a * b. */
  void addProducts(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);

  /** y[c] = y[c] + sum over r of a[r, c] * b[r, c]. */
  default void dotRows(
      float[] a, int ao, float[] b, int bo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      addProducts(a, ao + r * columns, b, bo + r * columns, y, yo, columns);
    }
  }

  /** Softmax: y = exp(x - max x) / sum exp(x - max x). */
  void softmax(float[] x, int xo, float[] y, int yo, int n);

  /** Softmax of each row. */
  default void softmaxRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      softmax(x, xo + r * columns, y, yo + r * columns, columns);
    }
  }

  /** dx = y * (dy - center). */
  void multiplyCentered(
      float[] y, int yo, float[] dy, int dyo, float center, float[] dx, int dxo, int n);

  /** dx = y * (dy - sum over the row of dy * y), where y is the softmax. */
  default void softmaxRowsGradient(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int o = r * columns;
      float center = (float) dot(y, yo + o, dy, dyo + o, columns);
      multiplyCentered(y, yo + o, dy, dyo + o, center, dx, dxo + o, columns);
    }
  }

  /** The sum of e^x. */
  double sumExp(float[] x, int xo, int n);

  /** The logarithm of the softmax of each row: y = (x - max x) - ln(sum of e^(x - max x)). */
  default void logSoftmaxRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int o = yo + r * columns;
      shift(-max(x, xo + r * columns, columns), x, xo + r * columns, y, o, columns);
      shift((float) -Math.log(sumExp(y, o, columns)), y, o, y, o, columns);
    }
  }

  /** dx = dy - sum * e^y. */
  void subtractExp(float sum, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** dx = dy - e^y * (sum over the row of dy), where y is the logarithm of the softmax. */
  default void logSoftmaxRowsGradient(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      int o = r * columns;
      float sum = (float) sum(dy, dyo + o, columns);
      subtractExp(sum, y, yo + o, dy, dyo + o, dx, dxo + o, columns);
    }
  }

  /** Each row less its mean, over its deviation; inverse[r] = 1 / sqrt(variance + epsilon). */
  default void normalizeRows(
      float[] x,
      int xo,
      float epsilon,
      float[] y,
      int yo,
      float[] inverse,
      int io,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      int o = yo + r * columns;
      float mean = (float) (sum(x, xo + r * columns, columns) / columns);
      shift(-mean, x, xo + r * columns, y, o, columns);
      double variance = dot(y, o, y, o, columns) / columns;
      float factor = Maths.inverseRoot(variance + epsilon);
      scale(factor, y, o, y, o, columns);
      inverse[io + r] = factor;
    }
  }

  /** dx = factor * (dy - mean - slope * y). */
  void normalizedGradient(
      float factor,
      float mean,
      float slope,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n);

  /** dx = inverse * (dy - mean of dy - y * mean of (dy * y)), where y is the normalised row. */
  default void normalizeRowsGradient(
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] inverse,
      int io,
      float[] dx,
      int dxo,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      int o = r * columns;
      float mean = (float) (sum(dy, dyo + o, columns) / columns);
      float slope = (float) (dot(y, yo + o, dy, dyo + o, columns) / columns);
      normalizedGradient(
          inverse[io + r], mean, slope, y, yo + o, dy, dyo + o, dx, dxo + o, columns);
    }
  }

  // Functions of one element; gradients from the input x or the output y, whichever is cheap

  /** y = e^x. */
  void exp(float[] x, int xo, float[] y, int yo, int n);

  /** y = max(x, slope * x), for a slope in [0, 1): rectifier (slope 0) and leaky rectifier. */
  void relu(float slope, float[] x, int xo, float[] y, int yo, int n);

  /** dx = y &gt; 0 ? dy : slope * dy. */
  void reluGradient(
      float slope, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = min(max(slope * x + shift, 0), top). */
  void ramp(float slope, float shift, float top, float[] x, int xo, float[] y, int yo, int n);

  /** dx = 0 &lt; y &lt; top ? slope * dy : 0. */
  void rampGradient(
      float slope, float top, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = x &gt; 0 ? slope * x : alpha * (e^x - 1). */
  void elu(float slope, float alpha, float[] x, int xo, float[] y, int yo, int n);

  /** dx = y &gt; 0 ? slope * dy : dy * (y + alpha). */
  void eluGradient(
      float slope, float alpha, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = 1 / (1 + e^-x). */
  void sigmoid(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * y * (1 - y). */
  void sigmoidGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = tanh x. */
  void tanh(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * (1 - y^2). */
  void tanhGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = ln(1 + e^x), without overflow. */
  void softplus(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * (1 - e^-y), where y is the softplus. */
  void softplusGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = x * sigmoid(x): the sigmoid linear unit, or swish. */
  void silu(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * s * (1 + x * (1 - s)), with s = sigmoid(x). */
  void siluGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = x * tanh(softplus(x)). */
  void mish(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * (the derivative of {@link #mish} at x). */
  void mishGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = x * P(X &lt;= x) for a standard normal X. */
  void gelu(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * (the derivative of {@link #gelu} at x). */
  void geluGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))). */
  void geluTanh(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * (the derivative of {@link #geluTanh} at x). */
  void geluTanhGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n);

  /** y = x / (1 + |x|). */
  void softsign(float[] x, int xo, float[] y, int yo, int n);

  /** dx = dy * (1 - |y|)^2. */
  void softsignGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n);

  // Pooling and noise

  /**
   * Where x &gt; y or x is NaN: y = x and winner = index. Starting from -infinity, y becomes the
   * maximum.
   */
  void takeGreater(
      float[] x, int xo, float index, float[] y, int yo, float[] winner, int wo, int n);

  /** Where winner = index: dx = dx + dy. */
  void addWhereWinner(
      float[] winner, int wo, float index, float[] dy, int dyo, float[] dx, int dxo, int n);

  /**
   * Inverted dropout: y[i] = x[i] / (1 - rate), or 0 where {@link Randoms#bits}(key, i) falls below
   * rate. The same key gives the same choice, so the backward pass calls this on the gradient.
   */
  void dropout(float rate, int key, float[] x, int xo, float[] y, int yo, int n);

  /**
   * Standard normal numbers: y[i] = sqrt(-2 ln u) * sin(2 pi t), where u and t come from {@link
   * Randoms#bits}(key, 2 i) and (key, 2 i + 1) (Box and Muller, 1958).
   */
  void normal(int key, float[] y, int yo, int n);

  // Optimisers, on the elements from .. to - 1 of weights w and state; the gradient of the first is
  // scale * g[go]

  /** Momentum: v = momentum * v + g; w = w - step * (nesterov ? g + momentum * v : v). */
  void momentumStep(
      float step,
      float momentum,
      boolean nesterov,
      float scale,
      float[] g,
      int go,
      float[] v,
      float[] w,
      int from,
      int to);

  /**
   * Adam: m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2; w = w - step * m /
   * (sqrt(v) + epsilon). The caller folds bias correction into step and epsilon.
   */
  void adamStep(
      float step,
      float beta1,
      float beta2,
      float epsilon,
      float scale,
      float[] g,
      int go,
      float[] m,
      float[] v,
      float[] w,
      int from,
      int to);
}
