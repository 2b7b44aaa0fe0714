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
import io.sparknn.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    return SafeTensors.read(network, new ByteArrayInputStream(bytes), bytes.length);
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
    assertEquals(7, header.size());
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
    String message =
        "its header does not list the weights of this network: 'dense/kernel' of shape (2, 3) is ";
    assertEquals(message + "there with shape (2, 4)", refusal(write(network(4))));
    assertEquals(message + "missing", refusal(withHeader("{}", 0)));
    assertEquals("its header is no JSON object", refusal(withHeader("[1, 2]", 8)));
  }

  @Test
  void garbageIsRefused() {
    byte[] random = new byte[1000];
    new Random(1).nextBytes(random);
    assertTrue(refusal(random).startsWith("its header has an impossible length of "));
    assertTrue(refusal(withHeader("garbage!", 0)).startsWith("its header is no JSON: "));
    assertEquals("its header has an impossible length of 0 bytes", refusal(new byte[8]));
  }

  private static Map<String, Tensor> readAll(byte[] bytes) throws IOException {
    return SafeTensors.read(new ByteArrayInputStream(bytes), bytes.length, name -> true);
  }

  @Test
  void aNetworksArraysAreReadByName() throws IOException {
    Map<String, Tensor> tensors = readAll(write(NETWORK));
    float[] weights = weights(NETWORK);
    assertEquals(
        NETWORK.slots().stream().map(Network.Slot::name).toList(), List.copyOf(tensors.keySet()));
    for (Network.Slot slot : NETWORK.slots()) {
      Tensor read = tensors.get(slot.name());
      assertEquals(slot.weight().shape(), read.shape(), slot.name());
      for (int i = 0; i < read.size(); i++) {
        assertEquals(
            Float.floatToRawIntBits(weights[slot.offset() + i]),
            Float.floatToRawIntBits(read.data()[i]),
            slot.name());
      }
    }
  }

  @Test
  void arraysOfAnyShapeComeBack() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("scalar", new Tensor(new float[] {7}, 0, Shape.of()));
    tensors.put("part", new Tensor(new float[] {0, 1, 2, 3, 4}, 1, Shape.of(1, 3)));
    tensors.put("\u00e9 \"", Tensor.zeros(2, 1, 2));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SafeTensors.write(tensors, out);
    Map<String, Tensor> read = readAll(out.toByteArray());
    assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.keySet()));
    tensors.forEach((name, values) -> assertEquals(values.shape(), read.get(name).shape(), name));
    assertArrayEquals(new float[] {7}, read.get("scalar").data());
    assertArrayEquals(new float[] {1, 2, 3}, read.get("part").data());
  }

  @Test
  void arraysOfOtherWritersMayStandInAnyOrder() throws IOException {
    byte[] file =
        withHeader(
            """
            {"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"__metadata__":{"format":"pt"},
            "a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}\
            """,
            12);
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(file.length - 12)
        .putFloat(1)
        .putFloat(2)
        .putFloat(3);
    Map<String, Tensor> read = readAll(file);
    assertEquals(List.of("a", "b"), List.copyOf(read.keySet()));
    assertArrayEquals(new float[] {1}, read.get("a").data());
    assertArrayEquals(new float[] {2, 3}, read.get("b").data());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'F16' | [2] | 0,8 | its tensor 'x' is of type 'F16' where F32 is expected",
        "'F32' | [1] | 0,8 | its header gives tensor 'x' an impossible place",
        "'F32' | [2] | 4,12 | it is cut short",
        "'F32' | [0] | 0,8 | its header gives tensor 'x' an impossible shape [0]",
        "'F32' | [-1] | 0,8 | its header gives tensor 'x' an impossible shape [-1]",
        "'F32' | [65536,65536] | 0,8 | its header gives tensor 'x' an impossible shape"
            + " [65536,65536]",
        "'F32' | ['a'] | 0,8 | its header gives tensor 'x' an impossible shape [\"a\"]",
        "'F32' | [1] | 0,4 | it is longer than its header says",
        "'F32' | [3] | 0,12 | it is cut short",
        "'F32' | [536870911] | 0,2147483644 | it is cut short",
        "'F32' | [4611686018427387904,4] | 0,8 | its header gives tensor 'x' an impossible shape"
            + " [4611686018427387904,4]",
        "'F32' | [2.5] | 0,8 | its header gives tensor 'x' an impossible shape [2.5]",
        "'F32' | 2 | 0,8 | its header gives tensor 'x' an impossible shape 2",
        "'F32' | [2] | 8,0 | its header gives tensor 'x' an impossible place",
        "'F32' | [2] | 0,8,8 | its header gives tensor 'x' an impossible place",
        "'F32' | [2] | 0,1e300 | its header gives tensor 'x' an impossible place",
        "'F32' | [2] | -8,0 | its header gives tensor 'x' an impossible place"
      })
  void aHeaderThatIsNotAsItShouldBeIsRefused(
      String type, String shape, String offsets, String said) {
    String header =
        "{'x':{'dtype':%s,'shape':%s,'data_offsets':[%s]}}".formatted(type, shape, offsets);
    byte[] file = withHeader(header.replace('\'', '"'), 8);
    assertEquals(said, assertThrows(IOException.class, () -> readAll(file)).getMessage());
  }

  /** A file of 100 bytes must not take 2 GB, whatever it says. */
  @ParameterizedTest
  @ValueSource(longs = {99_999_999, 1L << 31, 1L << 40, -1, Long.MAX_VALUE})
  void aClaimedLengthTakesNoMemory(long length) {
    byte[] file = withHeader("{}", 100);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    long before = allocated();
    assertThrows(IOException.class, () -> readAll(file));
    assertTrue(allocated() - before < 1 << 20, "it takes memory");
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  private static final String FOREIGN =
      """
      {"batch":{"dtype":"I64","shape":[],"data_offsets":[4,12]},
      "half":{"dtype":"BF16","shape":[3],"data_offsets":[20,26]},
      "empty":{"dtype":"F32","shape":[0],"data_offsets":[26,26]},
      "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
      "b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}\
      """;

  @Test
  void arraysThatNobodyAsksForMayBeOfAnyType() throws IOException {
    byte[] file = withHeader(FOREIGN, 26);
    ByteBuffer data = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int start = file.length - 26;
    data.putFloat(start, 1).putFloat(start + 12, 2).putFloat(start + 16, 3);
    Map<String, Tensor> read =
        SafeTensors.read(
            new ByteArrayInputStream(file), file.length, name -> List.of("a", "b").contains(name));
    assertEquals(List.of("a", "b"), List.copyOf(read.keySet()));
    assertArrayEquals(new float[] {1}, read.get("a").data());
    assertArrayEquals(new float[] {2, 3}, read.get("b").data());
    assertEquals(
        "its tensor 'batch' is of type 'I64' where F32 is expected",
        assertThrows(IOException.class, () -> readAll(file)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':[0,8],'b':[4,12]} | its header gives tensor 'b' an impossible place",
        "{'a':[0,8],'a':[0,8]} | its header is no JSON: Duplicate field 'a'",
      })
  void arraysThatOverlapAreRefused(String places, String said) {
    String header = places.replaceAll("(\\[.*?])", "{'dtype':'F32','shape':[2],'data_offsets':$1}");
    byte[] file = withHeader(header.replace('\'', '"'), said.contains("'b'") ? 12 : 8);
    String message = assertThrows(IOException.class, () -> readAll(file)).getMessage();
    assertTrue(message.startsWith(said.replace("\"", "'")), message);
  }
}
