package io.sparknn.layer.conv;

import io.sparknn.layer.Spatial;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * An array {@code (extents..., channels)} in the middle of a larger one, with margins before and
 * after it along each axis.
 */
final class Margins {
  private final List<List<Integer>> margins;
  private final int[] extents;

  /**
   * Margins around one row.
   *
   * @param batch the shape of a batch of inner arrays
   * @param length the row's own extent on the first axis
   */
  Margins(List<List<Integer>> margins, Shape batch, int length) {
    this.margins = margins;
    this.extents = new int[margins.size()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = axis == 0 ? length : batch.extent(axis + 1);
    }
  }

  /** A layer's margins, checked and immutable. */
  static List<List<Integer>> check(String name, List<List<Integer>> margins) {
    Spatial.checkAxes(margins.size());
    for (List<Integer> pair : margins) {
      if (pair.size() != 2 || pair.get(0) < 0 || pair.get(1) < 0) {
        throw new IllegalArgumentException(
            "%s must be two numbers of at least 0 for each axis; received %s"
                .formatted(name, margins));
      }
      Sizes.extent((long) pair.get(0) + pair.get(1), name);
    }
    return margins.stream().map(List::copyOf).toList();
  }

  /** The margins of one axis together. */
  static int sum(List<Integer> margin) {
    return margin.get(0) + margin.get(1);
  }

  /** Copies the inner array to its place in the outer one. */
  void insert(Tensor inner, Tensor outer) {
    visit(0, 0, 0, inner.columns(), (at, around, n) -> copy(inner, at, outer, around, n));
  }

  /** Copies the inner array from its place in the outer one. */
  void extract(Tensor outer, Tensor inner) {
    visit(0, 0, 0, inner.columns(), (at, around, n) -> copy(outer, around, inner, at, n));
  }

  private static void copy(Tensor from, int at, Tensor to, int start, int n) {
    System.arraycopy(from.data(), from.offset() + at, to.data(), to.offset() + start, n);
  }

  /** Receives elements that lie together in both arrays. */
  private interface Visitor {
    void visit(int inner, int outer, int n);
  }

  /** Goes along one axis, given the positions so far of all axes before. */
  private void visit(int axis, int at, int around, int channels, Visitor visitor) {
    int extent = extents[axis];
    if (extent == 0) {
      return;
    }
    int start = at * extent;
    int outerStart = around * (extent + sum(margins.get(axis))) + margins.get(axis).get(0);
    if (axis == extents.length - 1) {
      visitor.visit(start * channels, outerStart * channels, extent * channels);
      return;
    }
    for (int i = 0; i < extent; i++) {
      visit(axis + 1, start + i, outerStart + i, channels, visitor);
    }
  }
}
