package io.sparknn.tensor;

/**
 * What recurrent cells do element by element besides activations, checked as {@link Maths} does it.
 * All tensors of a call are of one size; a destination may be a source.
 */
public final class Cells {
  private static final CellKernels KERNELS = Maths.KERNELS.cells();

  private Cells() {}

  /** LSTM: c = f * before + i * g. */
  public static void lstm(Tensor i, Tensor f, Tensor g, Tensor before, Tensor c) {
    int n = Maths.checkSameSize("lstm", i, f, g);
    Maths.checkSameSize("lstm", i, before, c);
    KERNELS.lstm(
        i.data(),
        i.offset(),
        f.data(),
        f.offset(),
        g.data(),
        g.offset(),
        before.data(),
        before.offset(),
        c.data(),
        c.offset(),
        n);
  }

  /**
   * LSTM: turns dc, the gradient of the memory after a step less {@code extra}, into that of the
   * memory before it, and writes those of the gates.
   */
  public static void lstmGradient(
      Tensor i,
      Tensor f,
      Tensor g,
      Tensor before,
      Tensor extra,
      Tensor dc,
      Tensor di,
      Tensor df,
      Tensor dg) {
    int n = Maths.checkSameSize("lstmGradient", i, f, g);
    Maths.checkSameSize("lstmGradient", before, extra, dc);
    Maths.checkSameSize("lstmGradient", di, df, dg);
    Maths.checkSameSize("lstmGradient", i, before, di);
    KERNELS.lstmGradient(
        i.data(),
        i.offset(),
        f.data(),
        f.offset(),
        g.data(),
        g.offset(),
        before.data(),
        before.offset(),
        extra.data(),
        extra.offset(),
        dc.data(),
        dc.offset(),
        di.data(),
        di.offset(),
        df.data(),
        df.offset(),
        dg.data(),
        dg.offset(),
        n);
  }

  /** GRU: h = z * before + (1 - z) * g. */
  public static void gru(Tensor z, Tensor g, Tensor before, Tensor h) {
    int n = Maths.checkSameSize("gru", z, g, before);
    Maths.checkSameSize("gru", z, h);
    KERNELS.gru(
        z.data(),
        z.offset(),
        g.data(),
        g.offset(),
        before.data(),
        before.offset(),
        h.data(),
        h.offset(),
        n);
  }

  /**
   * GRU: turns dh, the gradient of the state after a step, into the part of that before it that
   * comes past the gates, and writes those of the gates.
   */
  public static void gruGradient(
      Tensor z, Tensor g, Tensor before, Tensor dh, Tensor dz, Tensor dg) {
    int n = Maths.checkSameSize("gruGradient", z, g, before);
    Maths.checkSameSize("gruGradient", dh, dz, dg);
    Maths.checkSameSize("gruGradient", z, dh);
    KERNELS.gruGradient(
        z.data(),
        z.offset(),
        g.data(),
        g.offset(),
        before.data(),
        before.offset(),
        dh.data(),
        dh.offset(),
        dz.data(),
        dz.offset(),
        dg.data(),
        dg.offset(),
        n);
  }
}
