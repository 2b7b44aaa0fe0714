package io.sparknn.graph;

import io.sparknn.graph.Network.Slot;
import io.sparknn.tensor.BFloat16;
import io.sparknn.tensor.Floats;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.SparseRows;
import io.sparknn.tensor.Tensor;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * The gradient of a batch and the sums of its statistics, in the network's layout; of tables, and
 * of kernels that multiply sparse rows, only the rows that the batch touches. Not thread-safe.
 */
public final class Gradient implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The elements from the end of the tables to the end of the statistics. */
  private final float[] dense;

  private final int start;

  /** Whether the upper halves of the dense elements are all of them. */
  private boolean isRounded;

  /** By the offset of the table. */
  private final TreeMap<Integer, SparseRows> tables = new TreeMap<>();

  /** The tables that there can be; null if they are not known. */
  private final transient List<Slot> slots;

  /** All 0. */
  Gradient(int start, int end, List<Slot> tables) {
    this.start = start;
    this.dense = new float[end - start];
    this.slots = tables;
  }

  /** So many numbers that are added up as gradients are, all 0. */
  public static Gradient ofSize(int size) {
    return new Gradient(0, size, List.of());
  }

  /** The elements behind the tables, themselves. */
  public float[] dense() {
    return dense;
  }

  /** A weight's part. */
  Tensor of(Slot slot) {
    return new Tensor(dense, slot.offset() - start, slot.weight().shape());
  }

  /** The part of a table, or of a kernel that multiplies sparse rows. */
  SparseRows table(Slot slot) {
    return tables.computeIfAbsent(
        slot.offset(), offset -> new SparseRows(slot.weight().shape().last()));
  }

  /**
   * Rounds the dense elements to 16 bits.
   *
   * @param residual what rounding took away before, which is added first; then what it takes away
   */
  public void round(float[] residual) {
    for (int i = 0; i < dense.length; i++) {
      float value = dense[i] + residual[i];
      dense[i] = BFloat16.round(value);
      residual[i] = value - dense[i];
    }
    isRounded = true;
  }

  /** Makes all 0 for another batch, and keeps the memory. */
  public void clear() {
    isRounded = false;
    Arrays.fill(dense, 0);
    tables.values().forEach(SparseRows::clear);
  }

  /** Adds another gradient of the same network. */
  public void add(Gradient other) {
    isRounded = false;
    Maths.addScaled(1, other.dense, 0, dense, 0, dense.length);
    other.tables.forEach(
        (offset, rows) -> {
          tables.computeIfAbsent(offset, o -> new SparseRows(rows.width())).add(rows);
        });
  }

  /** The number of bytes that {@link #write} writes. */
  public long bytes() {
    long bytes =
        1 + (long) (isRounded ? BFloat16.BYTES : Float.BYTES) * dense.length + Integer.BYTES;
    for (SparseRows rows : tables.values()) {
      bytes += 2 * Integer.BYTES + rows.bytes();
    }
    return bytes;
  }

  /** Writes the elements, to be read by a gradient of the same network. */
  public void write(ByteBuffer to) {
    to.put((byte) (isRounded ? 1 : 0));
    if (isRounded) {
      BFloat16.write(dense, to);
    } else {
      Floats.write(dense, to);
    }
    to.putInt(tables.size());
    tables.forEach(
        (offset, rows) -> {
          to.putInt(offset).putInt(rows.width());
          rows.write(to);
        });
  }

  /** Reads what {@link #write} wrote, in place of what was here. */
  public void read(ByteBuffer from) {
    isRounded = from.get() != 0;
    if (isRounded) {
      BFloat16.read(from, dense);
    } else {
      Floats.read(from, dense);
    }
    tables.values().forEach(SparseRows::clear);
    for (int i = from.getInt(); i > 0; i--) {
      int offset = from.getInt();
      int width = from.getInt();
      int rows = rows(offset, width);
      tables.computeIfAbsent(offset, o -> new SparseRows(width)).read(from, rows);
    }
  }

  /** The number of rows of a table that is about to be read. */
  private int rows(int offset, int width) {
    if (slots == null) {
      return Integer.MAX_VALUE;
    }
    for (Slot slot : slots) {
      Shape shape = slot.weight().shape();
      if (slot.offset() == offset && shape.last() == width) {
        return shape.size() / width;
      }
    }
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "there is no table of width %d at %d", width, offset));
  }

  /** Serialised as bytes, which is faster than as numbers. */
  private Object writeReplace() {
    ByteBuffer bytes = ByteBuffer.allocate(Sizes.message(bytes()));
    write(bytes);
    return new Written(start, dense.length, bytes.array());
  }

  private record Written(int start, int size, byte[] bytes) implements Serializable {

    private Object readResolve() {
      Gradient gradient = new Gradient(start, start + size, null);
      gradient.read(ByteBuffer.wrap(bytes));
      return gradient;
    }
  }

  /** Adds to a row of a weight's part. */
  void addRow(Slot slot, int row, float[] values) {
    if (slot.weight().hasSparseGradient()) {
      table(slot).add(row, values, 0);
    } else {
      int from = slot.offset() - start + row * values.length;
      Maths.addScaled(1, values, 0, dense, from, values.length);
    }
  }

  /** Receives the gradient of some weights. */
  public interface Visitor {
    /** Visits the weights {@code from .. to - 1}, whose gradient starts at {@code offset}. */
    void visit(int from, int to, float[] values, int offset);
  }

  /** Visits the weights behind the tables. */
  void visitDense(int end, Visitor visitor) {
    visitor.visit(start, end, dense, 0);
  }

  /** The sum of the squares of the gradients of the first {@code end} weights. */
  double squareSum(int end) {
    double sum = Maths.dot(dense, 0, dense, 0, end - start);
    for (SparseRows rows : tables.values()) {
      sum += rows.squareSum();
    }
    return sum;
  }

  /** Adds this to an array of {@link Network#gradientSize} elements. */
  public void addTo(float[] flat) {
    Maths.addScaled(1, dense, 0, flat, start, dense.length);
    tables.forEach((offset, rows) -> rows.addTo(flat, offset));
  }
}
