package io.sparknn.layer.conv;

import io.sparknn.layer.Pass;
import io.sparknn.layer.Window;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Cross-correlation of a batch of equally long images {@code (extents..., channels)} with a kernel
 * {@code (taps..., channels, filters)}, and its transposes, planned for one shape of batch.
 */
interface BatchCorrelation {

  /** The quickest way for these images. */
  static BatchCorrelation of(Pass pass, List<Window> windows, int filters) {
    return WinogradCorrelation.suits(windows, pass.input().shape(), filters)
        ? new WinogradCorrelation(pass, windows, filters)
        : new PatchCorrelation(windows, pass.input().shape(), filters);
  }

  /** results = images * kernel. */
  void correlate(Pass pass, Tensor images, Tensor kernel, Tensor results);

  /** kernel = kernel + images' * results. */
  void addKernel(Pass pass, Tensor images, Tensor results, Tensor kernel);

  /** images = results * kernel', where windows overlap the sum. */
  void transpose(Pass pass, Tensor results, Tensor kernel, Tensor images);
}
