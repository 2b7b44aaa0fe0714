package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.tensor.Floats;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Orders and sums as bytes. */
final class Message {

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

  /** Reads sums; {@code memory} gives gradients by number, to be written over. */
  static List<Part> readParts(ByteBuffer buffer, IntFunction<Gradient> memory) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0, count = buffer.getInt(); i < count; i++) {
      int which = i;
      int level = buffer.getInt();
      int index = buffer.getInt();
      parts.add(new Part(level, index, GradientSum.read(buffer, () -> memory.apply(which))));
    }
    return parts;
  }

  /** Writes an order into a buffer, or into a new one if that is too small. */
  static ByteBuffer write(Order order, ByteBuffer memory) {
    int size = order.isEnd() ? 0 : order.weights().length;
    long bytes = Long.BYTES + 4 * Integer.BYTES + (long) Float.BYTES * size;
    ByteBuffer buffer = Transport.room(memory, bytes);
    buffer.putLong(order.number()).putInt(order.validates() ? 1 : 0);
    buffer.putInt(order.epoch()).putInt(order.iteration()).putInt(size);
    if (size > 0) {
      Floats.write(order.weights(), buffer);
    }
    return buffer.flip();
  }

  /** Reads an order; {@code memory} is used for its weights if it has their size. */
  static Order readOrder(ByteBuffer buffer, float[] memory) {
    long number = buffer.getLong();
    boolean validates = buffer.getInt() != 0;
    int epoch = buffer.getInt();
    int iteration = buffer.getInt();
    int size = buffer.getInt();
    if (size == 0) {
      return new Order(number, validates, epoch, iteration, null);
    }
    float[] weights = memory.length == size ? memory : new float[size];
    Floats.read(buffer, weights);
    return new Order(number, validates, epoch, iteration, weights);
  }

  /** Whether weights and gradients of so many elements fit into a message. */
  static boolean fits(long elements) {
    return elements * Float.BYTES < Integer.MAX_VALUE / 2;
  }
}
