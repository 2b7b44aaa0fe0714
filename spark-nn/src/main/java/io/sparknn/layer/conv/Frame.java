package io.sparknn.layer.conv;

import io.sparknn.layer.Pass;
import io.sparknn.layer.conv.Axis.Margin;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One row's array {@code (extents..., channels)}, framed by zeros. */
final class Frame {
  private final int slot;
  private final int[] strides;
  private final int[] innerStrides;
  private final int size;
  private final int innerSize;
  private final int channels;

  /** Where the lines along the last axis begin, and how long they are. */
  private final int[] lines;

  private final int line;
  private final Shape shape;

  /**
   * A frame.
   *
   * @param slot the scratch slot for a framed copy
   */
  Frame(int slot, List<Margin> margins, int channels) {
    this.slot = slot;
    this.channels = channels;
    int axes = margins.size();
    strides = new int[axes];
    innerStrides = new int[axes];
    int total = channels;
    int inner = channels;
    int first = 0;
    for (int axis = axes - 1; axis >= 0; axis--) {
      strides[axis] = total;
      innerStrides[axis] = inner;
      first += margins.get(axis).before() * total;
      total *= margins.get(axis).total();
      inner *= margins.get(axis).extent();
    }
    size = total;
    innerSize = inner;
    int[] starts = {first};
    for (int axis = 0; axis < axes - 1; axis++) {
      int[] places = IntStream.range(0, margins.get(axis).extent()).toArray();
      starts = PatchCorrelation.plus(starts, places, strides[axis]);
    }
    lines = starts;
    line = margins.get(axes - 1).extent() * channels;
    shape = Shape.of(size);
  }

  /** The distance between neighbours along each axis. */
  int[] strides() {
    return strides;
  }

  /** The same without the frame. */
  int[] innerStrides() {
    return innerStrides;
  }

  /** The number of elements without the frame, each with its channels. */
  int rows() {
    return innerSize / channels;
  }

  /** The array in which {@link #load} places rows. */
  float[] array(Pass pass, Tensor batch) {
    if (size == innerSize) {
      return batch.data();
    }
    Tensor framed = pass.scratch(slot, shape);
    Maths.fill(framed, 0);
    return framed.data();
  }

  /** Where a row's frame begins in the array. */
  int start(Tensor batch, int row) {
    return size == innerSize ? batch.offset() + row * innerSize : 0;
  }

  /** Places a row in the array and returns where its frame begins there. */
  int load(Tensor batch, int row, float[] array) {
    int from = batch.offset() + row * innerSize;
    for (int i = 0; i < lines.length && size != innerSize; i++, from += line) {
      System.arraycopy(batch.data(), from, array, lines[i], line);
    }
    return start(batch, row);
  }

  /** Makes a row and its frame 0 in the array. */
  void clear(float[] array, Tensor batch, int row) {
    int from = start(batch, row);
    Arrays.fill(array, from, from + size, 0);
  }

  /** Takes a row out of the array. */
  void store(float[] array, Tensor batch, int row) {
    int to = batch.offset() + row * innerSize;
    for (int i = 0; i < lines.length && size != innerSize; i++, to += line) {
      System.arraycopy(array, lines[i], batch.data(), to, line);
    }
  }
}
