package io.sparknn.layer.conv;

import io.sparknn.layer.Window;
import io.sparknn.tensor.Maths;
import java.util.Arrays;

/**
 * The patches of one image that a two-dimensional window sees, as the rows of a matrix ("im2col"):
 * one row an output position, in it {@code (tap, tap, channel)}; 0 in the padding.
 */
record Patches(Window height, Window width, int rows, int columns, int channels) {

  /** The number of output positions. */
  int count() {
    return height.outputExtent(rows) * width.outputExtent(columns);
  }

  /** The number of elements of a patch. */
  int size() {
    return height.size() * width.size() * channels;
  }

  /** The number of elements of the image. */
  int imageSize() {
    return rows * columns * channels;
  }

  /** Whether the image already is the matrix of its patches. */
  boolean areImage() {
    return size() == channels && height.stride() == 1 && width.stride() == 1;
  }

  /** Copies the image into its patches. */
  void unfold(float[] image, int from, float[] patches, int to) {
    Arrays.fill(patches, to, to + count() * size(), 0);
    visit(
        (pixel, element, length) ->
            System.arraycopy(image, from + pixel, patches, to + element, length));
  }

  /** Adds the patches to the image: the transpose of {@link #unfold}. */
  void fold(float[] patches, int from, float[] image, int to) {
    visit(
        (pixel, element, length) ->
            Maths.addScaled(1, patches, from + element, image, to + pixel, length));
  }

  /** Receives each run of elements that lie together both in the image and in a patch. */
  private interface Visitor {
    void visit(int pixel, int element, int length);
  }

  private void visit(Visitor visitor) {
    int outputRows = height.outputExtent(rows);
    int outputColumns = width.outputExtent(columns);
    int above = height.before(rows);
    int left = width.before(columns);
    for (int y = 0; y < outputRows; y++) {
      int top = y * height.stride() - above;
      int endRow = height.endTap(top, rows);
      for (int x = 0; x < outputColumns; x++) {
        int start = x * width.stride() - left;
        int firstTap = width.firstTap(start);
        int taps = width.endTap(start, columns) - firstTap;
        int run = width.dilation() == 1 ? taps : 1;
        int patch = (y * outputColumns + x) * size();
        for (int i = height.firstTap(top); i < endRow; i++) {
          int line = (top + i * height.dilation()) * columns;
          for (int j = firstTap; j < firstTap + taps; j += run) {
            visitor.visit(
                (line + start + j * width.dilation()) * channels,
                patch + (i * width.size() + j) * channels,
                run * channels);
          }
        }
      }
    }
  }
}
