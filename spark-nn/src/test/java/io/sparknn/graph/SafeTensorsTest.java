package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  private static final Network NETWORK = network(3);

  private static Network network(int units) {
    Graph graph =
        Graph.input("x", Shape.of(2))
            .then("a", new Dense(units, ActivationFunction.RELU))
            .then("n", new BatchNormalization(0.9, 1e-3));
    return new Network(graph.readable(), List.of(Shape.of(2)));
  }

  /** Floats of all magnitudes, zero, infinity and NaN. */
  private static float[] weights(Network network) {
    Random random = new Random(3);
    float[] weights = new float[network.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Float.intBitsToFloat(random.nextInt() & 0xFF7FFFFF);
    }
    float[] special = {-0f, Float.NEGATIVE_INFINITY, Float.NaN};
    System.arraycopy(special, 0, weights, 0, Math.min(special.length, weights.length));
    return weights;
  }

  private static byte[] write(Network network) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(network, weights(network), out);
    return out.toByteArray();
  }

  private static float[] read(Network network, byte[] bytes) throws IOException {
    return SafeTensors.read(network, new ByteArrayInputStream(bytes));
  }

  private static String refusal(byte[] bytes) {
    return assertThrows(IOException.class, () -> read(NETWORK, bytes)).getMessage();
  }

  private static byte[] withHeader(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 40_000})
  void weightsSurviveToTheBit(int units) throws IOException {
    Network network = network(units);
    assertArrayEquals(bits(weights(network)), bits(read(network, write(network))));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Test
  void aNetworkWithoutWeightsSurvives() throws IOException {
    Network none =
        new Network(Graph.input("x", Shape.of(2)).then("f", new Flatten()), List.of(Shape.of(2)));
    assertEquals(0, read(none, write(none)).length);
  }

  @Test
  void theHeaderTellsNameTypeShapeAndPlace() throws IOException {
    ByteBuffer file = ByteBuffer.wrap(write(NETWORK)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) file.getLong();
    assertEquals(0, length % 8, "the data is aligned");
    JsonNode header = new ObjectMapper().readTree(file.array(), 8, length);
    assertEquals(6, header.size());
    JsonNode kernel = header.get("dense/kernel");
    assertEquals("{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}", kernel.toString());
    float[] weights = weights(NETWORK);
    int end = 0;
    for (Network.Slot slot : NETWORK.slots()) {
      JsonNode offsets = header.get(slot.name()).get("data_offsets");
      assertEquals(end, offsets.get(0).asInt(), slot.name());
      end = offsets.get(1).asInt();
      float first = file.getFloat(8 + length + offsets.get(0).asInt());
      assertEquals(weights[slot.offset()], first, slot.name());
    }
    assertEquals(file.capacity(), 8 + length + end);
  }

  @Test
  void anyTruncatedFileIsRefused() throws IOException {
    byte[] file = write(NETWORK);
    for (int length = 0; length < file.length; length++) {
      String message = refusal(Arrays.copyOf(file, length));
      assertTrue(message.startsWith("it"), message);
    }
    assertEquals("it is cut short", refusal(Arrays.copyOf(file, file.length - 1)));
    assertEquals("it is cut short", refusal(Arrays.copyOf(file, 7)));
  }

  @Test
  void aLongerFileIsRefused() throws IOException {
    byte[] file = write(NETWORK);
    assertEquals(
        "it is longer than its header says", refusal(Arrays.copyOf(file, file.length + 1)));
  }

  @Test
  void anotherNetworksFileIsRefused() throws IOException {
    String message = "its header does not list the weights of this network";
    assertEquals(message, refusal(write(network(4))));
    assertEquals(message, refusal(withHeader("{}", 0)));
    assertEquals(message, refusal(withHeader("[1, 2]", 8)));
  }

  @Test
  void garbageIsRefused() {
    byte[] random = new byte[1000];
    new Random(1).nextBytes(random);
    assertTrue(refusal(random).startsWith("its header has an impossible length of "));
    assertTrue(refusal(withHeader("garbage!", 0)).startsWith("its header is no JSON: "));
    assertEquals("its header has an impossible length of 0 bytes", refusal(new byte[8]));
  }
}
