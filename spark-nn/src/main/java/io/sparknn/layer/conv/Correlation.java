package io.sparknn.layer.conv;

import io.sparknn.layer.Pass;
import io.sparknn.layer.Windows;
import io.sparknn.layer.Windows.Run;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;

/**
 * Cross-correlation of one row's image {@code (extents..., channels)} with a kernel {@code
 * (taps..., channels / groups, filters)}, and its transposes. All are matrix products with the
 * image's patches ("im2col"): one row an output position, in it {@code (tap, channel)}, 0 in the
 * padding. A group of channels and its filters have a matrix of their own.
 */
record Correlation(Pass pass, Windows windows, int groups) {

  /** The scratch slot for patches. */
  static final int PATCHES = 0;

  /** A matrix for each group: group {@code g} begins {@code g * step} behind the first. */
  private record Matrices(Tensor data, int rows, int columns, int rowStride, int step) {
    int start(int group) {
      return data.offset() + group * step;
    }
  }

  /** result = patches &middot; kernel. */
  void correlate(Tensor image, Tensor kernel, Tensor result) {
    Matrices patches = patches(image);
    unfold(image, patches);
    multiply(patches, false, kernel(kernel), false, 0, result(result));
  }

  /** kernel = kernel + patches' &middot; result. */
  void addKernel(Tensor image, Tensor result, Tensor kernel) {
    Matrices patches = patches(image);
    unfold(image, patches);
    multiply(patches, true, result(result), false, 1, kernel(kernel));
  }

  /** image = the sum of overlapping patches, where patches = result &middot; kernel'. */
  void transpose(Tensor result, Tensor kernel, Tensor image) {
    Matrices patches = patches(image);
    multiply(result(result), false, kernel(kernel), true, 0, patches);
    fold(image, patches);
  }

  private void multiply(
      Matrices a, boolean transposeA, Matrices b, boolean transposeB, float beta, Matrices c) {
    for (int group = 0; group < groups; group++) {
      Maths.multiply(
          c.rows,
          c.columns,
          transposeA ? a.rows : a.columns,
          a.data.data(),
          a.start(group),
          a.rowStride,
          transposeA,
          b.data.data(),
          b.start(group),
          b.rowStride,
          transposeB,
          1,
          beta,
          c.data.data(),
          c.start(group),
          c.rowStride);
    }
  }

  private Matrices result(Tensor result) {
    return columns(result, windows.positions());
  }

  private Matrices kernel(Tensor kernel) {
    return columns(kernel, kernel.rows());
  }

  /** Each group's columns of the first rows of a matrix. */
  private Matrices columns(Tensor matrix, int rows) {
    int columns = matrix.columns() / groups;
    return new Matrices(matrix, rows, columns, matrix.columns(), columns);
  }

  /** Room for the patches of an image: the image itself where that has their layout. */
  private Matrices patches(Tensor image) {
    int positions = windows.positions();
    if (windows.arePoints()) {
      return columns(image, positions);
    }
    int columns = windows.taps() * image.columns() / groups;
    int step = positions * columns;
    Shape shape = Shape.of(Math.max(1, groups * step));
    return new Matrices(pass.scratch(PATCHES, shape), positions, columns, columns, step);
  }

  /** Copies the image into its patches. */
  private void unfold(Tensor image, Matrices patches) {
    if (patches.data == image) {
      return;
    }
    if (windows.arePadded()) {
      Maths.fill(patches.data, 0);
    }
    float[] from = image.data();
    float[] to = patches.data.data();
    visit(image, patches, (pixel, element, n) -> System.arraycopy(from, pixel, to, element, n));
  }

  /** Adds the patches up to the image: the transpose of {@link #unfold}. */
  private void fold(Tensor image, Matrices patches) {
    if (patches.data == image) {
      return;
    }
    int size = windows.inputs() * image.columns();
    Arrays.fill(image.data(), image.offset(), image.offset() + size, 0);
    float[] from = patches.data.data();
    float[] to = image.data();
    visit(image, patches, (pixel, element, n) -> Maths.addScaled(1, from, element, to, pixel, n));
  }

  /** Receives elements that lie together both in the image and in a patch. */
  private interface Visitor {
    void visit(int pixel, int element, int n);
  }

  private void visit(Tensor image, Matrices patches, Visitor visitor) {
    for (int group = 0; group < groups; group++) {
      int width = image.columns() / groups;
      int imageStart = image.offset() + group * width;
      int patchStart = patches.start(group);
      windows.visitLines(
          (output, input, tap, inside) -> {
            for (Run run : windows.runs()) {
              int pixel = imageStart + (input + run.input()) * width * groups;
              int row = patchStart + (output + run.output()) * patches.rowStride;
              int element = row + (tap + run.tap()) * width;
              int size = run.length() * width;
              int n = groups == 1 ? size : width;
              for (int i = 0; i < size; i += n) {
                visitor.visit(pixel + i * groups, element + i, n);
              }
            }
          });
    }
  }
}
