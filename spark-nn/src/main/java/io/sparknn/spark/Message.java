package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.tensor.Floats;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Orders and sums as bytes. */
final class Message {

  private static final byte END = -1;

  /** The last order goes on: what follows is one more sum over all replicas. */
  private static final byte GOES_ON = -2;

  /** More than an order has besides weights and step sizes. */
  private static final int GREATEST_EXTRA = 1024;

  private Message() {}

  /** Writes sums into a buffer, or into a new one if that is too small. */
  static ByteBuffer write(List<Part> parts, ByteBuffer memory) {
    long bytes = Integer.BYTES;
    for (Part part : parts) {
      bytes += 2 * Integer.BYTES + part.sum().bytes();
    }
    ByteBuffer buffer = Transport.room(memory, bytes).putInt(parts.size());
    for (Part part : parts) {
      buffer.putInt(part.level()).putInt(part.index());
      part.sum().write(buffer);
    }
    return buffer.flip();
  }

  /** The greatest number of bytes of a run's sums: one for each partition. */
  static long greatestParts(TrainingRun run) {
    long each =
        2 * Integer.BYTES
            + GradientSum.FIGURE_BYTES
            + GradientSum.PROBLEM_BYTES
            + run.greatestBytes();
    long most = Math.max(run.partitions(false), run.partitions(true));
    return Math.min(Integer.MAX_VALUE - 8, Integer.BYTES + most * each);
  }

  /** The greatest number of bytes of a run's orders: weights, a solver's arrays, a few numbers. */
  static long greatestOrder(TrainingRun run) {
    long numbers = run.numbers() + GREATEST_EXTRA;
    return Math.min(Integer.MAX_VALUE - 8, Double.BYTES * numbers);
  }

  /**
   * Reads sums.
   *
   * @param partitions how many there are
   * @param memory gives gradients by number, to be written over
   * @throws IllegalArgumentException or a BufferUnderflowException if they cannot be sums of those
   */
  static List<Part> readParts(ByteBuffer buffer, int partitions, IntFunction<Gradient> memory) {
    List<Part> parts = new ArrayList<>();
    int count = buffer.getInt();
    check(count > 0 && count <= partitions, "sums");
    for (int i = 0; i < count; i++) {
      int which = i;
      int level = buffer.getInt();
      int index = buffer.getInt();
      check(level >= 0 && level < Integer.SIZE && index >= 0, "part");
      check((long) index << level < partitions, "part");
      check(level == 0 || 1L << (level - 1) < partitions, "part");
      parts.add(new Part(level, index, GradientSum.read(buffer, () -> memory.apply(which))));
    }
    check(!buffer.hasRemaining(), "sums");
    return parts;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("a message whose %s cannot be".formatted(what));
    }
  }

  /** Writes an order into a buffer, or into a new one if that is too small. */
  static ByteBuffer write(Order order, ByteBuffer memory) {
    if (order.isEnd()) {
      return Transport.room(memory, Long.BYTES + 1).putLong(order.number()).put(END).flip();
    }
    Assignment work = order.work();
    if (work.totals().length > 0) {
      double[] total = work.lastTotal();
      long size = Long.BYTES + 1 + Integer.BYTES + (long) Double.BYTES * total.length;
      ByteBuffer buffer = Transport.room(memory, size);
      write(total, buffer.putLong(order.number()).put(GOES_ON));
      return buffer.flip();
    }
    int doubles = work.stepSizes().length + work.solver().length;
    long bytes =
        Long.BYTES
            + 1
            + 5 * Integer.BYTES
            + (long) Double.BYTES * doubles
            + (long) Float.BYTES * work.weights().length;
    ByteBuffer buffer = Transport.room(memory, bytes);
    buffer.putLong(order.number()).put((byte) work.kind().ordinal());
    buffer.putInt(work.epoch()).putInt(work.iteration());
    write(work.stepSizes(), buffer);
    write(work.solver(), buffer);
    Floats.write(work.weights(), buffer.putInt(work.weights().length));
    return buffer.flip();
  }

  /**
   * Reads an order.
   *
   * @param last what the order before said, whose weights are written over if they have the size
   */
  static Order readOrder(ByteBuffer buffer, Assignment last) {
    long number = buffer.getLong();
    byte kind = buffer.get();
    if (kind == END) {
      return Order.end();
    }
    if (kind == GOES_ON) {
      check(last != null, "order before");
      return new Order(number, last.plus(readDoubles(buffer)));
    }
    int epoch = buffer.getInt();
    int iteration = buffer.getInt();
    double[] stepSizes = readDoubles(buffer);
    double[] solver = readDoubles(buffer);
    int size = buffer.getInt();
    check((long) size * Float.BYTES == buffer.remaining(), "weights");
    check(kind >= 0 && kind < Assignment.Kind.values().length, "kind");
    boolean isOfSize = last != null && last.weights().length == size;
    float[] weights = isOfSize ? last.weights() : new float[size];
    Floats.read(buffer, weights);
    return new Order(
        number,
        new Assignment(
            Assignment.Kind.values()[kind], epoch, iteration, weights, stepSizes, solver));
  }

  private static void write(double[] numbers, ByteBuffer to) {
    to.putInt(numbers.length);
    for (double number : numbers) {
      to.putDouble(number);
    }
  }

  private static double[] readDoubles(ByteBuffer from) {
    int count = from.getInt();
    check(count >= 0 && count <= from.remaining() / Double.BYTES, "numbers");
    double[] numbers = new double[count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = from.getDouble();
    }
    return numbers;
  }

  /** Whether weights and gradients of so many elements fit into a message. */
  static boolean fits(long elements) {
    return elements * Float.BYTES < Integer.MAX_VALUE / 2;
  }
}
