package io.sparknn.layer.pool;

import io.sparknn.layer.Padding;
import io.sparknn.layer.Spatial;
import io.sparknn.layer.Window;
import io.sparknn.layer.Windows;
import io.sparknn.tensor.Shape;
import java.util.List;

/** What pooling layers share. */
final class Pooling {
  private Pooling() {}

  /** A layer's windows, checked: none may lie in the padding altogether. */
  static List<Window> check(List<Window> windows) {
    for (Window window : windows) {
      if (window.dilation() > 1 && window.padding() != Padding.VALID) {
        throw new IllegalArgumentException(
            "a dilated pooling window must have padding 'valid'; received '%s'"
                .formatted(window.padding()));
      }
    }
    return Windows.checkNotCausal(windows);
  }

  static Shape outputShape(List<Window> windows, List<Shape> inputs) {
    return Windows.outputShape(windows, inputs, Spatial.input(inputs, windows.size()).last());
  }
}
