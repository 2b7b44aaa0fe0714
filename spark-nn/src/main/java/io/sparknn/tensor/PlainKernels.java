package io.sparknn.tensor;

import java.util.Arrays;

/**
 * Kernels in plain Java, in the shapes that the C2 compiler turns into vector instructions: one
 * assignment in a counted loop, {@link Math#max} and {@link Math#fma} instead of branches.
 */
final class PlainKernels implements Kernels {
  /** Float sums are moved to double after so many elements, lest the lanes grow inexact. */
  static final int SUM_BLOCK = 1024;

  private final ProductKernels products = new PlainProductKernels();
  private final CellKernels cells = new PlainCellKernels();
  private final PatchKernels patches = new PlainPatchKernels();
  private final WinogradKernels winograd = new PlainWinogradKernels();
  private final PoolKernels pools = new PlainPoolKernels();
  private final ChannelKernels channels = new PlainChannelKernels();
  private final NormKernels norms = new PlainNormKernels(this);

  @Override
  public String name() {
    return "plain Java";
  }

  @Override
  public ChannelKernels channels() {
    return channels;
  }

  @Override
  public ProductKernels products() {
    return products;
  }

  @Override
  public CellKernels cells() {
    return cells;
  }

  @Override
  public PatchKernels patches() {
    return patches;
  }

  @Override
  public WinogradKernels winograd() {
    return winograd;
  }

  @Override
  public PoolKernels pools() {
    return pools;
  }

  @Override
  public int vectorBits() {
    return 0;
  }

  @Override
  public NormKernels norms() {
    return norms;
  }

  // Arithmetic

  @Override
  public void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = a[ao + i] + b[bo + i];
    }
  }

  @Override
  public void subtract(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = a[ao + i] - b[bo + i];
    }
  }

  @Override
  public void maximum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.max(a[ao + i], b[bo + i]);
    }
  }

  @Override
  public void minimum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.min(a[ao + i], b[bo + i]);
    }
  }

  @Override
  public void maskGreater(
      float[] a, int ao, float[] b, int bo, float[] dy, int dyo, float[] da, int dao, int n) {
    for (int i = 0; i < n; i++) {
      da[dao + i] = Scalar.whereGreaterThan0(b[bo + i] - a[ao + i], 0f, dy[dyo + i]);
    }
  }

  @Override
  public void maskLess(
      float[] a, int ao, float[] b, int bo, float[] dy, int dyo, float[] da, int dao, int n) {
    for (int i = 0; i < n; i++) {
      da[dao + i] = Scalar.whereGreaterThan0(b[bo + i] - a[ao + i], dy[dyo + i], 0f);
    }
  }

  @Override
  public void shift(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = x[xo + i] + alpha;
    }
  }

  @Override
  public void multiply(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = a[ao + i] * b[bo + i];
    }
  }

  @Override
  public void scale(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = alpha * x[xo + i];
    }
  }

  @Override
  public void addScaled(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.fma(alpha, x[xo + i], y[yo + i]);
    }
  }

  @Override
  public double sum(float[] x, int xo, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += SUM_BLOCK) {
      sum += sumBlock(x, xo + from, Math.min(SUM_BLOCK, n - from));
    }
    return sum;
  }

  private static double sumBlock(float[] x, int xo, int n) {
    // C2 keeps the order of float additions, so several sums hide the latency of one.
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    int i = 0;
    for (; i < n - 3; i += 4) {
      s0 += x[xo + i];
      s1 += x[xo + i + 1];
      s2 += x[xo + i + 2];
      s3 += x[xo + i + 3];
    }
    double sum = ((double) s0 + s1) + ((double) s2 + s3);
    for (; i < n; i++) {
      sum += x[xo + i];
    }
    return sum;
  }

  @Override
  public double dot(float[] a, int ao, float[] b, int bo, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += SUM_BLOCK) {
      sum += dotBlock(a, ao + from, b, bo + from, Math.min(SUM_BLOCK, n - from));
    }
    return sum;
  }

  private static double dotBlock(float[] a, int ao, float[] b, int bo, int n) {
    float s0 = 0f;
    float s1 = 0f;
    float s2 = 0f;
    float s3 = 0f;
    int i = 0;
    for (; i < n - 3; i += 4) {
      s0 = Math.fma(a[ao + i], b[bo + i], s0);
      s1 = Math.fma(a[ao + i + 1], b[bo + i + 1], s1);
      s2 = Math.fma(a[ao + i + 2], b[bo + i + 2], s2);
      s3 = Math.fma(a[ao + i + 3], b[bo + i + 3], s3);
    }
    double sum = ((double) s0 + s1) + ((double) s2 + s3);
    for (; i < n; i++) {
      sum += (double) a[ao + i] * b[bo + i];
    }
    return sum;
  }

  @Override
  public float max(float[] x, int xo, int n) {
    float max = x[xo];
    for (int i = 1; i < n; i++) {
      max = Math.max(max, x[xo + i]);
    }
    return max;
  }

  // Matrices by row and by column

  @Override
  public void affine(
      float[] x, int xo, float[] scale, int so, float[] shift, int ho, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.fma(x[xo + i], scale[so + i], shift[ho + i]);
    }
  }

  @Override
  public void sumRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    int r = 0;
    for (; r < rows - 3; r += 4) {
      addFourRows(x, xo + r * columns, y, yo, columns);
    }
    for (; r < rows; r++) {
      add(x, xo + r * columns, y, yo, y, yo, columns);
    }
  }

  /** Four rows at once, so that y is read and written a quarter as often. */
  private static void addFourRows(float[] x, int r0, float[] y, int yo, int n) {
    int r1 = r0 + n;
    int r2 = r1 + n;
    int r3 = r2 + n;
    for (int i = 0; i < n; i++) {
      y[yo + i] += (x[r0 + i] + x[r1 + i]) + (x[r2 + i] + x[r3 + i]);
    }
  }

  @Override
  public void sumOfRows(
      float alpha,
      float[] x,
      int xo,
      int[] rows,
      int from,
      int to,
      float[] y,
      int yo,
      int columns) {
    Arrays.fill(y, yo, yo + columns, 0);
    for (int i = from; i < to; i++) {
      int row = xo + rows[i] * columns;
      for (int c = 0; c < columns; c++) {
        y[yo + c] += x[row + c];
      }
    }
    scale(alpha, y, yo, y, yo, columns);
  }

  @Override
  public boolean indices(float[] x, int xo, int[] rows, int n, int end) {
    boolean areIndices = true;
    for (int i = 0; i < n; i++) {
      int row = (int) x[xo + i];
      rows[i] = row;
      areIndices &= row == x[xo + i] && row >= 0 && row < end;
    }
    return areIndices;
  }

  @Override
  public void addProducts(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.fma(a[ao + i], b[bo + i], y[yo + i]);
    }
  }

  @Override
  public void softmax(float[] x, int xo, float[] y, int yo, int n) {
    float max = max(x, xo, n);
    float sum = 0f;
    for (int i = 0; i < n; i++) {
      float e = Scalar.exp(x[xo + i] - max);
      y[yo + i] = e;
      sum += e;
    }
    scale(1f / sum, y, yo, y, yo, n);
  }

  @Override
  public void multiplyCentered(
      float[] y, int yo, float[] dy, int dyo, float mean, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = y[yo + i] * (dy[dyo + i] - mean);
    }
  }

  @Override
  public double sumExp(float[] x, int xo, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Scalar.exp(x[xo + i]);
    }
    return sum;
  }

  @Override
  public void subtractExp(
      float sum, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = Math.fma(-sum, Scalar.exp(y[yo + i]), dy[dyo + i]);
    }
  }

  @Override
  public void normalizedGradient(
      float factor,
      float mean,
      float slope,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = factor * Math.fma(-slope, y[yo + i], dy[dyo + i] - mean);
    }
  }

  // Functions of one element

  @Override
  public void exp(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.exp(x[xo + i]);
    }
  }

  @Override
  public void relu(float slope, float[] x, int xo, float[] y, int yo, int n) {
    if (slope == 0f) {
      rectify(x, xo, y, yo, n);
    } else {
      rectifyLeaky(slope, x, xo, y, yo, n);
    }
  }

  private static void rectify(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.max(x[xo + i], 0f);
    }
  }

  private static void rectifyLeaky(float slope, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.max(x[xo + i], slope * x[xo + i]);
    }
  }

  @Override
  public void reluGradient(
      float slope, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      float d = dy[dyo + i];
      dx[dxo + i] = Scalar.whereGreaterThan0(y[yo + i], d, slope * d);
    }
  }

  @Override
  public void ramp(
      float slope, float shift, float top, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Math.min(Math.max(Math.fma(x[xo + i], slope, shift), 0f), top);
    }
  }

  @Override
  public void rampGradient(
      float slope, float top, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      float inside = y[yo + i] * (top - y[yo + i]);
      dx[dxo + i] = Scalar.whereGreaterThan0(inside, slope * dy[dyo + i], 0f);
    }
  }

  @Override
  public void elu(float slope, float alpha, float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.elu(slope, alpha, x[xo + i]);
    }
  }

  @Override
  public void eluGradient(
      float slope,
      float alpha,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n) {
    for (int i = 0; i < n; i++) {
      float d = dy[dyo + i];
      dx[dxo + i] = Scalar.whereGreaterThan0(y[yo + i], slope * d, d * (y[yo + i] + alpha));
    }
  }

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.sigmoid(x[xo + i]);
    }
  }

  @Override
  public void sigmoidGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = dy[dyo + i] * y[yo + i] * (1f - y[yo + i]);
    }
  }

  @Override
  public void tanh(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.tanh(x[xo + i]);
    }
  }

  @Override
  public void tanhGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = dy[dyo + i] * Math.fma(-y[yo + i], y[yo + i], 1f);
    }
  }

  @Override
  public void softplus(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.softplus(x[xo + i]);
    }
  }

  @Override
  public void softplusGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = Scalar.softplusGradient(y[yo + i], dy[dyo + i]);
    }
  }

  @Override
  public void silu(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.silu(x[xo + i]);
    }
  }

  @Override
  public void siluGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = Scalar.siluGradient(x[xo + i], dy[dyo + i]);
    }
  }

  @Override
  public void mish(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.mish(x[xo + i]);
    }
  }

  @Override
  public void mishGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = Scalar.mishGradient(x[xo + i], dy[dyo + i]);
    }
  }

  @Override
  public void gelu(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.gelu(x[xo + i]);
    }
  }

  @Override
  public void geluGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = Scalar.geluGradient(x[xo + i], dy[dyo + i]);
    }
  }

  @Override
  public void geluTanh(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.geluTanh(x[xo + i]);
    }
  }

  @Override
  public void geluTanhGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = Scalar.geluTanhGradient(x[xo + i], dy[dyo + i]);
    }
  }

  @Override
  public void softsign(float[] x, int xo, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.softsign(x[xo + i]);
    }
  }

  @Override
  public void softsignGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      dx[dxo + i] = Scalar.softsignGradient(y[yo + i], dy[dyo + i]);
    }
  }

  // Pooling and noise

  @Override
  public void takeGreater(
      float[] x, int xo, float index, float[] y, int yo, float[] winner, int wo, int n) {
    for (int i = 0; i < n; i++) {
      float candidate = x[xo + i];
      if (candidate > y[yo + i] || Float.isNaN(candidate)) {
        y[yo + i] = candidate;
        winner[wo + i] = index;
      }
    }
  }

  @Override
  public void addWhereWinner(
      float[] winner, int wo, float index, float[] dy, int dyo, float[] dx, int dxo, int n) {
    for (int i = 0; i < n; i++) {
      if (winner[wo + i] == index) {
        dx[dxo + i] += dy[dyo + i];
      }
    }
  }

  @Override
  public void dropout(float rate, int key, float[] x, int xo, float[] y, int yo, int n) {
    float scale = 1f / (1f - rate);
    int threshold = Scalar.dropoutThreshold(rate);
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.dropout(threshold, scale, Randoms.bits(key, i), x[xo + i]);
    }
  }

  @Override
  public void normal(int key, float[] y, int yo, int n) {
    for (int i = 0; i < n; i++) {
      y[yo + i] = Scalar.normal(Randoms.bits(key, 2 * i), Randoms.bits(key, 2 * i + 1));
    }
  }

  // Optimisers

  @Override
  public void momentumStep(
      float step,
      float momentum,
      boolean nesterov,
      float scale,
      float[] g,
      int go,
      float[] v,
      float[] w,
      int from,
      int to) {
    int shift = go - from;
    for (int i = from; i < to; i++) {
      v[i] = Math.fma(momentum, v[i], scale * g[shift + i]);
    }
    if (nesterov) {
      for (int i = from; i < to; i++) {
        w[i] = Math.fma(-step, Math.fma(momentum, v[i], scale * g[shift + i]), w[i]);
      }
    } else {
      for (int i = from; i < to; i++) {
        w[i] = Math.fma(-step, v[i], w[i]);
      }
    }
  }

  @Override
  public void adamStep(
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
      int to) {
    int shift = go - from;
    for (int i = from; i < to; i++) {
      m[i] = Math.fma(beta1, m[i], (1f - beta1) * (scale * g[shift + i]));
    }
    for (int i = from; i < to; i++) {
      float gradient = scale * g[shift + i];
      v[i] = Math.fma(beta2, v[i], (1f - beta2) * gradient * gradient);
    }
    for (int i = from; i < to; i++) {
      w[i] -= step * m[i] / ((float) Math.sqrt(v[i]) + epsilon);
    }
  }
}
