package io.sparknn.tensor;

/** Pooling in plain Java; each method also works on the channels from a first one on. */
final class PlainPoolKernels implements PoolKernels {

  @Override
  public void max(Pool pool, float[] x, int xo, float[] y, int yo, float[] winner, int wo) {
    max(pool, 0, x, xo, y, yo, winner, wo);
  }

  void max(Pool pool, int first, float[] x, int xo, float[] y, int yo, float[] winner, int wo) {
    int channels = pool.channels();
    for (int w = 0; w < pool.windows() && first < channels; w++) {
      int start = pool.starts()[w];
      int end = pool.starts()[w + 1];
      for (int c = first; c < channels; c++) {
        float best = x[xo + pool.offsets()[start] + c];
        int tap = pool.taps()[start];
        for (int i = start + 1; i < end; i++) {
          float candidate = x[xo + pool.offsets()[i] + c];
          if (candidate > best || Float.isNaN(candidate)) {
            best = candidate;
            tap = pool.taps()[i];
          }
        }
        y[yo + w * channels + c] = best;
        winner[wo + w * channels + c] = tap;
      }
    }
  }

  @Override
  public void maxGradient(
      Pool pool, float[] winner, int wo, float[] dy, int dyo, float[] dx, int dxo) {
    maxGradient(pool, 0, winner, wo, dy, dyo, dx, dxo);
  }

  void maxGradient(
      Pool pool, int first, float[] winner, int wo, float[] dy, int dyo, float[] dx, int dxo) {
    int channels = pool.channels();
    for (int w = 0; w < pool.windows() && first < channels; w++) {
      for (int i = pool.starts()[w]; i < pool.starts()[w + 1]; i++) {
        int to = dxo + pool.offsets()[i];
        for (int c = first; c < channels; c++) {
          int at = w * channels + c;
          float part = winner[wo + at] == pool.taps()[i] ? dy[dyo + at] : 0;
          dx[to + c] = pool.isShared() ? dx[to + c] + part : part;
        }
      }
    }
  }

  @Override
  public void mean(Pool pool, float[] x, int xo, float[] y, int yo) {
    mean(pool, 0, x, xo, y, yo);
  }

  void mean(Pool pool, int first, float[] x, int xo, float[] y, int yo) {
    int channels = pool.channels();
    for (int w = 0; w < pool.windows() && first < channels; w++) {
      int start = pool.starts()[w];
      int end = pool.starts()[w + 1];
      float share = 1f / (end - start);
      for (int c = first; c < channels; c++) {
        float sum = 0;
        for (int i = start; i < end; i++) {
          sum += x[xo + pool.offsets()[i] + c];
        }
        y[yo + w * channels + c] = sum * share;
      }
    }
  }

  @Override
  public void meanGradient(Pool pool, float[] dy, int dyo, float[] dx, int dxo) {
    meanGradient(pool, 0, dy, dyo, dx, dxo);
  }

  void meanGradient(Pool pool, int first, float[] dy, int dyo, float[] dx, int dxo) {
    int channels = pool.channels();
    for (int w = 0; w < pool.windows() && first < channels; w++) {
      int start = pool.starts()[w];
      int end = pool.starts()[w + 1];
      float share = 1f / (end - start);
      for (int i = start; i < end; i++) {
        int to = dxo + pool.offsets()[i];
        for (int c = first; c < channels; c++) {
          float part = dy[dyo + w * channels + c] * share;
          dx[to + c] = pool.isShared() ? dx[to + c] + part : part;
        }
      }
    }
  }
}
