package io.sparknn.tensor;

/** In plain Java, row by row. */
final class PlainChannelKernels implements ChannelKernels {

  @Override
  public void addBias(
      float[] x,
      int xo,
      float[] bias,
      int bo,
      float least,
      float[] y,
      int yo,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      int from = xo + r * columns;
      int to = yo + r * columns;
      for (int c = 0; c < columns; c++) {
        y[to + c] = Math.max(x[from + c] + bias[bo + c], least);
      }
    }
  }

  @Override
  public void rectifiedGradient(
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      float[] sum,
      int so,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int i = r * columns + c;
        float d = y[yo + i] <= 0 ? 0 : dy[dyo + i];
        dx[dxo + i] = d;
        sum[so + c] += d;
      }
    }
  }

  @Override
  public void addDeviations(
      float[] x,
      int xo,
      float[] center,
      int co,
      float[] sum,
      int so,
      float[] squares,
      int qo,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      int row = xo + r * columns;
      for (int c = 0; c < columns; c++) {
        sum[so + c] += x[row + c] - center[co + c];
      }
      for (int c = 0; c < columns; c++) {
        float deviation = x[row + c] - center[co + c];
        squares[qo + c] = Math.fma(deviation, deviation, squares[qo + c]);
      }
    }
  }

  @Override
  public void affine(
      float[] x,
      int xo,
      float[] scale,
      int so,
      float[] shift,
      int ho,
      float least,
      float[] y,
      int yo,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      int from = xo + r * columns;
      int to = yo + r * columns;
      for (int c = 0; c < columns; c++) {
        y[to + c] = Math.max(Math.fma(x[from + c], scale[so + c], shift[ho + c]), least);
      }
    }
  }

  @Override
  public void addGradients(
      float[] x,
      int xo,
      float[] center,
      int co,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] sum,
      int so,
      float[] products,
      int po,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int i = r * columns + c;
        float d = y != null && y[yo + i] <= 0 ? 0 : dy[dyo + i];
        sum[so + c] += d;
        products[po + c] = Math.fma(d, x[xo + i] - center[co + c], products[po + c]);
      }
    }
  }

  @Override
  public void gradient(
      float[] x,
      int xo,
      float[] center,
      int co,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] scale,
      int ao,
      float[] slope,
      int bo,
      float[] shift,
      int ho,
      float[] dx,
      int dxo,
      int rows,
      int columns) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int i = r * columns + c;
        float d = y != null && y[yo + i] <= 0 ? 0 : dy[dyo + i];
        float rest = Math.fma(slope[bo + c], x[xo + i] - center[co + c], shift[ho + c]);
        dx[dxo + i] = Math.fma(scale[ao + c], d, rest);
      }
    }
  }
}
