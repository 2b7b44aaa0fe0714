package io.sparknn.layer.pool;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Window;
import io.sparknn.tensor.Shape;
import java.util.List;

/** The pairs of input and output positions that a two-dimensional pooling window joins. */
record Cells(Window height, Window width) {

  /**
   * Receives a pair: the offsets of its first channels, the number of the window's tap, and how
   * many taps of that window lie inside the input.
   */
  interface Visitor {
    void visit(int input, int output, int tap, int taps);
  }

  Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.one(inputs, 3, "(rows, columns, channels)");
    return Shape.of(
        height.outputExtent(input.extent(0)), width.outputExtent(input.extent(1)), input.last());
  }

  /** Visits every pair of every row of the batch, taps in order. */
  void visit(Pass pass, Visitor visitor) {
    Shape in = pass.input().shape();
    Shape out = pass.output().shape();
    int channels = in.last();
    int above = height.before(in.extent(1));
    int left = width.before(in.extent(2));
    for (int row = 0; row < pass.rows(); row++) {
      for (int y = 0; y < out.extent(1); y++) {
        int top = y * height.stride() - above;
        int firstRow = height.firstTap(top);
        int endRow = height.endTap(top, in.extent(1));
        for (int x = 0; x < out.extent(2); x++) {
          int start = x * width.stride() - left;
          int firstColumn = width.firstTap(start);
          int endColumn = width.endTap(start, in.extent(2));
          int taps = (endRow - firstRow) * (endColumn - firstColumn);
          int output = ((row * out.extent(1) + y) * out.extent(2) + x) * channels;
          for (int i = firstRow; i < endRow; i++) {
            int line = (row * in.extent(1) + top + i * height.dilation()) * in.extent(2);
            for (int j = firstColumn; j < endColumn; j++) {
              int input = (line + start + j * width.dilation()) * channels;
              visitor.visit(input, output, i * width.size() + j, taps);
            }
          }
        }
      }
    }
  }
}
