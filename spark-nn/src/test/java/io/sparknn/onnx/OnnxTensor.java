package io.sparknn.onnx;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A row-major array of numbers, of any type that holds exactly in double precision.
 *
 * @param shape its extents; empty for a scalar
 */
record OnnxTensor(int[] shape, double[] values) {

  private static final List<String> TYPES =
      List.of(
          "",
          "float",
          "uint8",
          "int8",
          "uint16",
          "int16",
          "int32",
          "int64",
          "string",
          "bool",
          "float16",
          "double",
          "uint32",
          "uint64",
          "complex64",
          "complex128",
          "bfloat16");

  /** The name of an element type, as in {@code float}. */
  static String type(long code) {
    return code < TYPES.size() ? TYPES.get((int) code) : "number " + code;
  }

  static OnnxTensor of(int[] shape, float[] values) {
    return new OnnxTensor(
        shape, IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray());
  }

  /** A tensor that has one number everywhere. */
  static OnnxTensor filled(double value, int... shape) {
    double[] values = new double[IntStream.of(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, value);
    return new OnnxTensor(shape, values);
  }

  static OnnxTensor read(Path file) {
    try {
      return read(Message.of(ByteString.copyFrom(Files.readAllBytes(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a TensorProto. */
  static OnnxTensor read(Message proto) {
    int[] shape = proto.integers(1).stream().mapToInt(Math::toIntExact).toArray();
    String type = type(proto.integer(2));
    ByteString raw = proto.bytes(9);
    DoubleStream values =
        raw.isEmpty()
            ? switch (type) {
              case "float" -> proto.floats(4).stream().mapToDouble(value -> value);
              case "int64" -> proto.integers(7).stream().mapToDouble(value -> value);
              default -> proto.integers(5).stream().mapToDouble(value -> value);
            }
            : switch (type) {
              case "float" -> raw(raw, Float.BYTES, ByteBuffer::getFloat);
              case "int64" -> raw(raw, Long.BYTES, ByteBuffer::getLong);
              case "int32" -> raw(raw, Integer.BYTES, ByteBuffer::getInt);
              case "bool" -> raw(raw, 1, ByteBuffer::get);
              default -> throw new IllegalStateException("no test we run has data of type " + type);
            };
    return new OnnxTensor(shape, values.toArray());
  }

  private interface Getter {
    double get(ByteBuffer buffer, int offset);
  }

  private static DoubleStream raw(ByteString bytes, int size, Getter getter) {
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return IntStream.range(0, bytes.size() / size).mapToDouble(i -> getter.get(buffer, i * size));
  }

  int rank() {
    return shape.length;
  }

  int extent(int axis) {
    return shape[axis];
  }

  int size() {
    return values.length;
  }

  /** The product of the extents of some axes. */
  int size(int fromAxis, int toAxis) {
    return IntStream.range(fromAxis, toAxis).map(this::extent).reduce(1, Math::multiplyExact);
  }

  /** An axis counted from the start; negative ones count from the end. */
  int axis(long axis) {
    return (int) (axis < 0 ? axis + rank() : axis);
  }

  float[] floats() {
    return floats(0, size());
  }

  float[] floats(int from, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) values[from + i];
    }
    return floats;
  }

  int[] integers() {
    return DoubleStream.of(values).mapToInt(value -> (int) value).toArray();
  }

  boolean hasShapeOf(OnnxTensor other) {
    return Arrays.equals(shape, other.shape);
  }

  /** The same elements under another shape. */
  OnnxTensor reshape(int... other) {
    return new OnnxTensor(other, values);
  }

  /** The only row of a batch. */
  OnnxTensor asRow() {
    return rank() == 0 ? reshape(1, 1) : withAxis(0);
  }

  /** With one more axis, of one element. */
  OnnxTensor withAxis(int axis) {
    return reshape(
        IntStream.rangeClosed(0, rank())
            .map(i -> i == axis ? 1 : shape[i < axis ? i : i - 1])
            .toArray());
  }

  /** Without an axis of one element. */
  OnnxTensor withoutAxis(int axis) {
    return reshape(IntStream.range(0, rank()).filter(i -> i != axis).map(this::extent).toArray());
  }

  /** A batch: the first axis is that of the rows, if there is one beside it. */
  OnnxTensor asRows() {
    return rank() < 2 ? asRow() : this;
  }

  OnnxTensor times(double factor) {
    return new OnnxTensor(shape, DoubleStream.of(values).map(value -> factor * value).toArray());
  }

  OnnxTensor plus(OnnxTensor other) {
    return new OnnxTensor(
        shape, IntStream.range(0, size()).mapToDouble(i -> values[i] + other.values[i]).toArray());
  }

  /** Entries of the first axis. */
  OnnxTensor take(int... entries) {
    int step = size(1, rank());
    double[] taken = new double[entries.length * step];
    for (int i = 0; i < entries.length; i++) {
      System.arraycopy(values, entries[i] * step, taken, i * step, step);
    }
    int[] other = shape.clone();
    other[0] = entries.length;
    return new OnnxTensor(other, taken);
  }

  /** Axis {@code i} of the result is axis {@code order[i]} of this. */
  OnnxTensor transpose(int... order) {
    int[] strides = new int[rank()];
    for (int axis = rank() - 1, stride = 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    int[] other = IntStream.of(order).map(this::extent).toArray();
    double[] moved = new double[size()];
    int[] place = new int[rank()];
    for (int i = 0; i < moved.length; i++) {
      int from = 0;
      for (int axis = 0; axis < place.length; axis++) {
        from += place[axis] * strides[order[axis]];
      }
      moved[i] = values[from];
      for (int axis = rank() - 1; axis >= 0 && ++place[axis] == other[axis]; axis--) {
        place[axis] = 0;
      }
    }
    return new OnnxTensor(other, moved);
  }

  /** With one axis moved to another place. */
  OnnxTensor move(int from, int to) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank()).boxed().toList());
    order.add(to, order.remove(from));
    return transpose(order.stream().mapToInt(axis -> axis).toArray());
  }

  /** From {@code (rows, channels, ...)} to {@code (rows, ..., channels)}. */
  OnnxTensor channelsLast() {
    return move(1, rank() - 1);
  }

  /** From {@code (rows, ..., channels)} to {@code (rows, channels, ...)}. */
  OnnxTensor channelsFirst() {
    return move(rank() - 1, 1);
  }
}
