package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.tensor.Floats;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** What executors and driver send each other while a barrier stage trains, as bytes. */
final class Message {

  private static final long HEADER = 1024;

  private Message() {}

  /**
   * An executor's sums.
   *
   * @param number of the order that they answer; 0 of an executor that only joins in
   */
  record Answer(String exchange, long number, List<Part> parts) {

    /** Writes into a buffer, or into a new one if that is too small. */
    ByteBuffer write(ByteBuffer memory) {
      byte[] name = exchange.getBytes(StandardCharsets.UTF_8);
      long bytes = HEADER + name.length;
      for (Part part : parts) {
        bytes += 2 * Integer.BYTES + part.sum().bytes();
      }
      ByteBuffer buffer = room(memory, bytes);
      buffer.putInt(name.length).put(name).putLong(number).putInt(parts.size());
      for (Part part : parts) {
        buffer.putInt(part.level()).putInt(part.index());
        part.sum().write(buffer);
      }
      return buffer.flip();
    }

    /** Reads only whom it is for. */
    static String exchange(ByteBuffer buffer) {
      byte[] name = new byte[buffer.getInt()];
      buffer.get(name);
      return new String(name, StandardCharsets.UTF_8);
    }

    /** Reads all behind the name of the exchange; {@code memory} gives gradients by number. */
    static Answer read(String exchange, ByteBuffer buffer, IntFunction<Gradient> memory) {
      long number = buffer.getLong();
      List<Part> parts = new ArrayList<>();
      for (int i = 0, count = buffer.getInt(); i < count; i++) {
        int which = i;
        int level = buffer.getInt();
        int index = buffer.getInt();
        parts.add(new Part(level, index, GradientSum.read(buffer, () -> memory.apply(which))));
      }
      return new Answer(exchange, number, parts);
    }
  }

  /** Writes an order into a buffer, or into a new one if that is too small. */
  static ByteBuffer write(Order order, ByteBuffer memory) {
    int size = order.isEnd() ? 0 : order.weights().length;
    ByteBuffer buffer = room(memory, HEADER + (long) Float.BYTES * size);
    buffer.putLong(order.number()).putInt(order.epoch()).putInt(order.iteration()).putInt(size);
    if (size > 0) {
      Floats.write(order.weights(), buffer);
    }
    return buffer.flip();
  }

  /** Reads an order; {@code memory} is used for its weights if it has their size. */
  static Order readOrder(ByteBuffer buffer, float[] memory) {
    long number = buffer.getLong();
    int epoch = buffer.getInt();
    int iteration = buffer.getInt();
    int size = buffer.getInt();
    if (size == 0) {
      return new Order(number, epoch, iteration, null);
    }
    float[] weights = memory.length == size ? memory : new float[size];
    Floats.read(buffer, weights);
    return new Order(number, epoch, iteration, weights);
  }

  /** Whether weights and gradients of so many elements fit into a message. */
  static boolean fits(long elements) {
    return elements * Float.BYTES < Integer.MAX_VALUE / 2;
  }

  private static ByteBuffer room(ByteBuffer memory, long bytes) {
    if (memory.capacity() >= bytes) {
      return memory.clear();
    }
    return ByteBuffer.allocate(Math.toIntExact(bytes));
  }
}
