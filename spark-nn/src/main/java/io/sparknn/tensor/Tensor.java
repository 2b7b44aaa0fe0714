package io.sparknn.tensor;

import java.util.Arrays;
import java.util.Locale;

/**
 * A row-major view of a {@code float[]}: {@code shape.size()} elements from {@code offset} on. A
 * tensor holds data and nothing else; {@link Maths} computes on it.
 */
public record Tensor(float[] data, int offset, Shape shape) {

  /**
   * A view.
   *
   * @throws IllegalArgumentException if the shape is not known or does not fit the array
   */
  public Tensor {
    int size = shape.size();
    if (size == Shape.UNKNOWN || offset < 0 || offset > data.length - size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a tensor of shape %s at offset %d does not fit an array of %d",
              shape,
              offset,
              data.length));
    }
  }

  /** A new tensor of zeros. */
  public static Tensor zeros(int... extents) {
    Shape shape = Shape.of(extents);
    return new Tensor(new float[shape.size()], 0, shape);
  }

  public int size() {
    return shape.size();
  }

  /**
   * Refuses numbers that are infinite or not a number.
   *
   * @throws IllegalArgumentException with the first one and its place
   */
  public void checkFinite(String name) {
    for (int i = 0; i < size(); i++) {
      if (!Float.isFinite(data[offset + i])) {
        throw new IllegalArgumentException(
            "'%s' holds %s at position %s; weights must be finite"
                .formatted(name, data[offset + i], i));
      }
    }
  }

  /** The extent of the last axis: the columns of the matrix that {@link Maths} sees. */
  public int columns() {
    return shape.last();
  }

  /** The product of all extents but the last: the rows of the matrix that {@link Maths} sees. */
  public int rows() {
    return size() / shape.last();
  }

  /** The same elements under another shape of the same size. */
  public Tensor as(Shape other) {
    if (other.size() != size()) {
      throw new IllegalArgumentException("shape " + shape + " cannot be seen as " + other);
    }
    return new Tensor(data, offset, other);
  }

  /** One entry of the first axis, without that axis. */
  public Tensor row(int index) {
    int rows = shape.extent(0);
    if (index < 0 || index >= rows) {
      throw new IllegalArgumentException("row " + index + " is outside of " + shape);
    }
    int stride = size() / rows;
    int[] extents = shape.extents();
    Shape rest = Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
    return new Tensor(data, offset + index * stride, rest);
  }
}
