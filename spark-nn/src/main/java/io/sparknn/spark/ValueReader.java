package io.sparknn.spark;

import io.sparknn.tensor.Shape;
import io.sparknn.training.ValuesBuilder;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import scala.collection.Seq;

/**
 * Reads one column's values as floats: numbers, vectors (dense or sparse), and arrays of numbers,
 * nested to any depth.
 */
public final class ValueReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String column;
  private final DataType type;
  private final int rank;
  private final boolean isArray;

  /**
   * A reader.
   *
   * @param column the column's name, for error messages
   * @throws IllegalArgumentException if a network cannot read values of this type
   */
  public ValueReader(String column, DataType type) {
    this.column = column;
    this.type = type;
    this.rank = rank(type);
    this.isArray = type instanceof ArrayType;
    if (rank < 0) {
      throw new IllegalArgumentException(
          "column '%s' %s".formatted(column, UnreadableType.explain(type)));
    }
  }

  public String column() {
    return column;
  }

  public DataType type() {
    return type;
  }

  /** The shape of a row's value as far as the type tells; a single number has shape (1). */
  public Shape shape() {
    if (rank == 0) {
      return Shape.SCALAR;
    }
    int[] extents = new int[rank];
    Arrays.fill(extents, Shape.UNKNOWN);
    return Shape.of(extents);
  }

  /** Whether values may differ in length: arrays may, vectors and numbers may not. */
  public boolean canBeRagged() {
    return isArray;
  }

  private static int rank(DataType type) {
    if (type instanceof NumericType || type instanceof BooleanType) {
      return 0;
    }
    if (type.equals(SQLDataTypes.VectorType())) {
      return 1;
    }
    if (type instanceof ArrayType array) {
      int inner = rank(array.elementType());
      return inner < 0 || array.elementType().equals(SQLDataTypes.VectorType()) ? -1 : inner + 1;
    }
    return -1;
  }

  /** Whether a value has all that {@link #shapeOf} reads. */
  public boolean tellsShape(Object value) {
    Object inner = value;
    for (int axis = 0; axis < Math.max(rank, 1); axis++) {
      if (inner == null || length(inner) == 0) {
        return false;
      }
      inner = inner instanceof Seq<?> seq ? seq.apply(0) : inner;
    }
    return true;
  }

  /**
   * The shape of one value.
   *
   * @throws BadValueException if it is null or empty
   */
  public Shape shapeOf(Object value) {
    int[] extents = new int[Math.max(rank, 1)];
    Object inner = value;
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = length(inner);
      if (extents[axis] == 0) {
        throw new BadValueException(
            "column '%s' has an empty value; each row needs at least one number".formatted(column));
      }
      inner = inner instanceof Seq<?> seq ? seq.apply(0) : inner;
    }
    return Shape.of(extents);
  }

  /**
   * The number of a value's entries on the first axis: its steps, if it is a sequence.
   *
   * @throws BadValueException if it is null
   */
  public int steps(Object value) {
    return length(value);
  }

  /**
   * Writes a value's elements and returns where they end.
   *
   * @param shape all its extents, of which the first is not checked unless it is a number
   * @throws BadValueException if it is null, not of this shape, or holds NaN or an infinite number
   */
  public int read(Object value, Shape shape, float[] to, int offset) {
    int end = read(value, shape, 0, to, offset);
    for (int i = offset; i < end; i++) {
      checkFinite(to[i], i - offset);
    }
    return end;
  }

  /** Whether values are vectors, of which most elements may be 0. */
  boolean isVector() {
    return rank == 1 && !isArray;
  }

  /**
   * The number of a vector's elements that are not 0, or a little more; counts only as far as
   * {@code most}.
   *
   * @throws BadValueException if it is null
   */
  int nonZeros(Object value, int most) {
    int length = length(value);
    if (value instanceof SparseVector vector) {
      return vector.indices().length;
    }
    double[] values = ((DenseVector) value).values();
    int count = 0;
    for (int i = 0; i < length && count <= most; i++) {
      count += values[i] == 0 ? 0 : 1;
    }
    return count;
  }

  /**
   * Adds a vector's elements that are not 0 to a builder that leaves out the others.
   *
   * @throws BadValueException as {@link #read(Object, Shape, float[], int)}
   */
  void read(Object value, Shape shape, ValuesBuilder to) {
    checkedLength(value, shape, 0);
    SparseVector sparse = ((Vector) value).toSparse();
    double[] values = sparse.values();
    int[] indices = sparse.indices();
    to.reserve(values.length);
    int start = to.size();
    int end = start;
    for (int i = 0; i < values.length; i++) {
      float number = (float) values[i];
      if (number != 0) {
        checkFinite(number, indices[i]);
        to.data()[end] = number;
        to.indices()[end] = indices[i];
        end++;
      }
    }
    to.endRow(end - start);
  }

  private void checkFinite(float value, int position) {
    if (!Float.isFinite(value)) {
      throw new BadValueException(
          String.format(
              Locale.ROOT,
              "column '%s' has the value %s at position %d of a row; a network reads finite 32-bit numbers: filter or impute such rows before",
              column,
              value,
              position));
    }
  }

  private int checkedLength(Object value, Shape shape, int axis) {
    int length = length(value);
    if (shape.extent(axis) >= 0 && length != shape.extent(axis)) {
      throw new BadValueException(
          String.format(
              Locale.ROOT,
              "column '%s' has a row of length %d where %d is expected (shape %s): all rows must have the same shape",
              column,
              length,
              shape.extent(axis),
              shape));
    }
    return length;
  }

  private int read(Object value, Shape shape, int axis, float[] to, int offset) {
    int length = checkedLength(value, shape, axis);
    if (value instanceof DenseVector vector) {
      double[] values = vector.values();
      for (int i = 0; i < length; i++) {
        to[offset + i] = (float) values[i];
      }
    } else if (value instanceof SparseVector vector) {
      Arrays.fill(to, offset, offset + length, 0);
      for (int i = 0; i < vector.indices().length; i++) {
        to[offset + vector.indices()[i]] = (float) vector.values()[i];
      }
    } else if (value instanceof Seq<?> seq && axis < shape.rank() - 1) {
      int next = offset;
      for (int i = 0; i < length; i++) {
        next = read(seq.apply(i), shape, axis + 1, to, next);
      }
      return next;
    } else if (value instanceof Seq<?> seq) {
      for (int i = 0; i < length; i++) {
        to[offset + i] = number(seq.apply(i));
      }
    } else {
      to[offset] = number(value);
    }
    return offset + length;
  }

  private int length(Object value) {
    if (value instanceof Vector vector) {
      return vector.size();
    }
    if (value instanceof Seq<?> seq) {
      return seq.length();
    }
    if (value == null) {
      throw nullValue();
    }
    return 1;
  }

  private float number(Object value) {
    if (value instanceof Number number) {
      return number.floatValue();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw nullValue();
  }

  private BadValueException nullValue() {
    return new BadValueException(
        "column '%s' has a null; filter or impute such rows before".formatted(column));
  }
}
