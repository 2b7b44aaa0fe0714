package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Gradient;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.init.Initializer;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.tensor.Shape;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Messages arrive as they were, and forged ones are refused before they take memory. */
class MessageTest {

  private static final int PARTITIONS = 3;
  private static final int FIGURES = 2 * Integer.BYTES + GradientSum.FIGURE_BYTES;

  /** Where the second part of two without gradients begins. */
  private static final int SECOND = Integer.BYTES + FIGURES;

  private static ByteBuffer parts(Part... parts) {
    return Message.write(List.of(parts), Transport.NOTHING);
  }

  private static Part part(int level, int index) {
    return new Part(level, index, GradientSum.failed("it broke"));
  }

  private static List<Part> read(ByteBuffer bytes) {
    return Message.readParts(bytes, PARTITIONS, which -> Gradient.ofSize(4));
  }

  private static void assertRefused(ByteBuffer bytes) {
    assertThrows(RuntimeException.class, () -> read(bytes));
  }

  @Test
  void partsArriveAsTheyWere() {
    List<Part> read = read(parts(part(1, 0), part(0, 2)));
    assertEquals(2, read.size());
    assertEquals(1, read.get(0).level());
    assertEquals(2, read.get(1).index());
    assertEquals("it broke", read.get(1).sum().problem());
  }

  @Test
  void partsThatCannotBeAreRefused() {
    for (Part part :
        List.of(
            part(0, 3),
            part(1, 2),
            part(3, 0),
            part(0, -1),
            part(-1, 0),
            part(31, 1),
            part(32, 0))) {
      assertRefused(parts(part));
    }
  }

  @Test
  void countsThatCannotBeAreRefused() {
    for (int count : new int[] {0, -1, PARTITIONS, PARTITIONS + 1, Integer.MAX_VALUE}) {
      ByteBuffer bytes = parts(part(0, 0), part(0, 1));
      assertRefused(bytes.putInt(0, count));
    }
  }

  @Test
  void bytesThatAreMissingOrTooManyAreRefused() {
    ByteBuffer bytes = parts(part(0, 0), part(0, 1));
    for (int end : new int[] {0, 3, 10, SECOND, bytes.limit() - 1}) {
      assertRefused(bytes.duplicate().order(bytes.order()).limit(end));
    }
    ByteBuffer longer = ByteBuffer.allocate(bytes.limit() + 1).order(bytes.order()).put(bytes);
    assertRefused(longer.rewind());
  }

  private static final Network EMBEDDING =
      new Network(
          Graph.input("x", Shape.of(1))
              .then("embedding", new Embedding(List.of(5), 2, -1, Initializer.GLOROT_UNIFORM))
              .then("flatten", new Flatten())
              .then("dense", new Dense(1, ActivationFunction.LINEAR))
              .readable(),
          List.of(Shape.of(1)));

  /** The bytes of a gradient without rows: the flag, the dense part, the number of tables, one. */
  private static ByteBuffer gradient(Consumer<ByteBuffer> tables) {
    int dense = EMBEDDING.newGradient().dense().length;
    ByteBuffer bytes = ByteBuffer.allocate(1 << 10).put((byte) 0);
    for (int i = 0; i < dense; i++) {
      bytes.putFloat(Float.NaN);
    }
    tables.accept(bytes);
    return bytes.flip();
  }

  private static ByteBuffer table(int offset, int width, int... rows) {
    return gradient(
        bytes -> {
          bytes.putInt(1).putInt(offset).putInt(width).putInt(rows.length);
          for (int row : rows) {
            bytes.putInt(row);
          }
          for (int i = 0; i < rows.length * 2; i++) {
            bytes.putFloat(i);
          }
        });
  }

  /** Numbers that are none are no forgery: so a divergence looks. */
  @Test
  void gradientsArriveAsTheyWere() {
    Gradient gradient = EMBEDDING.newGradient();
    gradient.read(table(0, 2, 4, 0));
    float[] all = new float[EMBEDDING.gradientSize()];
    gradient.addTo(all);
    assertEquals(2, all[0]);
    assertEquals(1, all[9]);
    assertEquals(Float.NaN, all[10]);
  }

  @Test
  void tablesThatCannotBeAreRefused() {
    List<ByteBuffer> forged =
        List.of(
            table(1, 2, 0),
            table(0, 3, 0),
            table(0, -1, 0),
            table(0, 2, 5),
            table(0, 2, -1),
            table(0, 2, Integer.MAX_VALUE),
            table(0, 2, 1, 1),
            table(0, 2, 0, 1, 2, 3, 4, 0),
            gradient(bytes -> bytes.putInt(1).putInt(0).putInt(2).putInt(-1)),
            gradient(bytes -> bytes.putInt(1).putInt(0).putInt(2).putInt(5)),
            gradient(bytes -> bytes.putInt(Integer.MAX_VALUE)));
    for (ByteBuffer bytes : forged) {
      assertThrows(RuntimeException.class, () -> EMBEDDING.newGradient().read(bytes));
    }
  }

  @Test
  void ordersThatCannotBeAreRefused() {
    float[] weights = {1, 2, 3};
    ByteBuffer bytes =
        Message.write(new Order(7, Assignment.gradient(weights, 1, 2)), Transport.NOTHING);
    Order order = Message.readOrder(bytes.duplicate().order(bytes.order()), null);
    assertEquals(7, order.number());
    assertEquals(3, order.work().weights()[2]);
    int numbers = Long.BYTES + 1 + 2 * Integer.BYTES;
    for (int at : new int[] {numbers, numbers + Integer.BYTES, numbers + 2 * Integer.BYTES}) {
      for (int count : new int[] {-1, 4, 1 << 29, Integer.MAX_VALUE}) {
        ByteBuffer forged = ByteBuffer.allocate(bytes.limit()).order(bytes.order());
        forged.put(bytes.duplicate()).flip().putInt(at, count);
        assertThrows(RuntimeException.class, () -> Message.readOrder(forged, null));
      }
    }
  }
}
