package io.sparknn.layer.pool;

import io.sparknn.layer.Padding;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Spatial;
import io.sparknn.layer.Window;
import io.sparknn.layer.Windows;
import io.sparknn.tensor.Pool;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
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

  /** The windows over every row, planned once; null if rows are ragged. */
  static Pool shared(List<Window> windows, Pass pass) {
    return pass.mask() == null ? pass.plan(batch -> pool(windows, batch, 0)) : null;
  }

  /** The number of elements of a row. */
  static int size(Tensor batch) {
    return batch.size() / batch.shape().extent(0);
  }

  /** The windows over one row. */
  static Pool pool(List<Window> windows, Pass pass, int row) {
    Windows at = Windows.of(windows, pass, row);
    int[] starts = new int[at.positions() + 1];
    at.visit((position, place, tap, inside) -> starts[position + 1]++);
    for (int position = 1; position < starts.length; position++) {
      starts[position] += starts[position - 1];
    }
    int[] next = starts.clone();
    int[] places = new int[next[next.length - 1]];
    int[] taps = new int[places.length];
    at.visit(
        (position, place, tap, inside) -> {
          places[next[position]] = place;
          taps[next[position]++] = tap;
        });
    return new Pool(starts, places, taps, at.inputs(), pass.output().columns());
  }

  static Shape outputShape(List<Window> windows, List<Shape> inputs) {
    return Windows.outputShape(windows, inputs, Spatial.input(inputs, windows.size()).last());
  }
}
