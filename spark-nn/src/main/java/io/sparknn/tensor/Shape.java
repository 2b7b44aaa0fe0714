package io.sparknn.tensor;

import java.io.Serializable;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * The extents of an array's axes, slowest axis first. An extent may be {@link #UNKNOWN} until data
 * has been seen, or {@link #RAGGED} for good; arithmetic on shapes carries both along.
 */
public final class Shape implements Serializable {
  private static final long serialVersionUID = 1L;

  /** An extent that only the data can tell. */
  public static final int UNKNOWN = -1;

  /** An extent that differs from row to row: the number of steps of a sequence. */
  public static final int RAGGED = -2;

  /**
   * A single number: equal to (1) and of its extents, but no vector or sequence of one number,
   * which matters to layers that give each number a vector.
   */
  public static final Shape SCALAR = new Shape(new int[] {1}, true);

  private final int[] extents;
  private final boolean isScalar;

  private Shape(int[] extents) {
    this(extents, false);
  }

  private Shape(int[] extents, boolean isScalar) {
    this.extents = extents;
    this.isScalar = isScalar;
  }

  /**
   * A shape of the given extents.
   *
   * @throws IllegalArgumentException if an extent is neither positive nor {@link #UNKNOWN} or
   *     {@link #RAGGED}
   */
  public static Shape of(int... extents) {
    for (int extent : extents) {
      if (extent < RAGGED || extent == 0) {
        throw new IllegalArgumentException(
            "a shape's extents must be at least 1; received " + Arrays.toString(extents));
      }
    }
    return new Shape(extents.clone());
  }

  /** What {@link #written} told: a single number has no extents. */
  public static Shape read(int... extents) {
    return extents.length == 0 ? SCALAR : of(extents);
  }

  /** The extents as they are saved; none for a single number. */
  public int[] written() {
    return isScalar ? new int[0] : extents();
  }

  public int rank() {
    return extents.length;
  }

  /** The extent of an axis; negative axes count from the end, so -1 is the last. */
  public int extent(int axis) {
    return extents[axis < 0 ? axis + extents.length : axis];
  }

  /** The extent of the last axis. */
  public int last() {
    return extent(-1);
  }

  public int[] extents() {
    return extents.clone();
  }

  /** Whether this is {@link #SCALAR}. */
  public boolean isScalar() {
    return isScalar;
  }

  /** Whether every extent is a number. */
  public boolean isKnown() {
    for (int extent : extents) {
      if (extent < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether an extent is {@link #RAGGED}. */
  public boolean isRagged() {
    return has(RAGGED);
  }

  /** Whether an extent is {@link #UNKNOWN}. */
  public boolean isOpen() {
    return has(UNKNOWN);
  }

  private boolean has(int wanted) {
    for (int extent : extents) {
      if (extent == wanted) {
        return true;
      }
    }
    return false;
  }

  /**
   * The number of elements, or {@link #UNKNOWN} unless every extent is a number.
   *
   * @throws IllegalArgumentException if one array cannot hold them
   */
  public int size() {
    if (!isKnown()) {
      return UNKNOWN;
    }
    long size = 1;
    for (int extent : extents) {
      size *= extent;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape %s has more elements than %s: make the layer, its input or the batch smaller"
                .formatted(this, Sizes.limit()));
      }
    }
    return (int) size;
  }

  /** The number of elements of one step, that is of one index of the first axis. */
  public int stepSize() {
    return rank() == 1 ? 1 : with(0, 1).size();
  }

  /** This shape with another extent on one axis (negative axes count from the end). */
  public Shape with(int axis, int extent) {
    int[] changed = extents.clone();
    changed[axis < 0 ? axis + extents.length : axis] = extent;
    return of(changed);
  }

  /** This shape with one more axis in front, as a batch of {@code rows} such arrays has. */
  public Shape batch(int rows) {
    int[] batched = new int[extents.length + 1];
    batched[0] = rows;
    System.arraycopy(extents, 0, batched, 1, extents.length);
    return new Shape(batched);
  }

  /** Whether both shapes can be the same once every extent is known. */
  public boolean isCompatible(Shape other) {
    if (rank() != other.rank()) {
      return false;
    }
    for (int axis = 0; axis < extents.length; axis++) {
      int a = extents[axis];
      int b = other.extents[axis];
      if (a != b && a != UNKNOWN && b != UNKNOWN) {
        return false;
      }
    }
    return true;
  }

  /** The extents that either of two compatible shapes knows. */
  public Shape refine(Shape other) {
    if (!isCompatible(other)) {
      throw new IllegalArgumentException("shapes " + this + " and " + other + " do not match");
    }
    int[] refined = extents.clone();
    for (int axis = 0; axis < refined.length; axis++) {
      refined[axis] = refined[axis] == UNKNOWN ? other.extents[axis] : refined[axis];
    }
    return new Shape(refined, isScalar);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** The extents in parentheses, as in {@code (28, 28, 1)}, {@code (?, 3)}, {@code (ragged, 3)}. */
  @Override
  public String toString() {
    StringJoiner joiner = new StringJoiner(", ", "(", ")");
    for (int extent : extents) {
      joiner.add(
          switch (extent) {
            case UNKNOWN -> "?";
            case RAGGED -> "ragged";
            default -> Integer.toString(extent);
          });
    }
    return joiner.toString();
  }
}
