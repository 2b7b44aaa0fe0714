package io.sparknn.tensor;

/**
 * Products with {@link Patches}, unchecked. A panel holds some columns of the other factor, tap by
 * tap; its width is the provider's choice.
 */
interface PatchKernels {

  /** The columns of a panel, given those of the factor. */
  int panelWidth(int columns);

  /** y[results[p] + c] = sum over k of x[xo + starts[p] + taps[k]] * panels[k, c]. */
  void multiply(Patches patches, float[] x, int xo, float[] panels, int po, float[] y, int yo);

  /**
   * panels[k, c] = panels[k, c] + sum over p of x[xo + starts[p] + taps[k]] * y[results[p] + c].
   */
  void addTransposed(Patches patches, float[] x, int xo, float[] y, int yo, float[] panels, int po);
}
