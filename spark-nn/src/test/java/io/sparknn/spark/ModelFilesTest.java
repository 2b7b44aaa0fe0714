package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.init.Initializer;
import io.sparknn.layer.block.TransformerEncoder;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.tensor.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model's files, whole, damaged, and as a stranger may write them. */
class ModelFilesTest {

  private static final Configuration CONF = new Configuration();
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long MEMORY = 40 << 20;

  private static final Network NETWORK =
      new Network(
          Graph.input("x", Shape.of(3, 4))
              .then(
                  "t",
                  new TransformerEncoder(
                      2,
                      2,
                      2,
                      5,
                      ActivationFunction.RELU,
                      0,
                      true,
                      false,
                      false,
                      false,
                      1e-6,
                      Initializer.GLOROT_UNIFORM,
                      Initializer.ZEROS))
              .then("f", new Flatten())
              .then("a", new Dense(7, ActivationFunction.RELU))
              .then("b", new Dense(2, ActivationFunction.LINEAR))
              .readable(),
          List.of(Shape.of(3, 4)));

  @TempDir private Path folder;
  private float[] weights;
  private Path json;
  private Path numbers;

  @BeforeEach
  void write() throws IOException {
    weights = NETWORK.initialWeights(1);
    new ModelFiles(NETWORK, weights, List.of("no", "yes")).write(folder.toString(), CONF);
    json = folder.resolve("network.json");
    numbers = folder.resolve("weights.safetensors");
    for (Path file : List.of(json, numbers)) {
      Files.deleteIfExists(folder.resolve("." + file.getFileName() + ".crc"));
    }
  }

  private ModelFiles read() throws IOException {
    return ModelFiles.read(folder.toString(), CONF);
  }

  /** As the version before wrote it. */
  private ObjectNode dropChecksums() throws IOException {
    ObjectNode tree = (ObjectNode) MAPPER.readTree(Files.readAllBytes(json));
    assertTrue(tree.remove("crc32c").isObject());
    Files.writeString(json, tree.toPrettyString());
    return tree;
  }

  private String refusal(Path file) {
    long before = allocated();
    String message = assertThrows(IOException.class, this::read).getMessage();
    assertTrue(allocated() - before < MEMORY, "it takes memory: " + (allocated() - before));
    String start = "cannot load the model: %s is damaged or of another version: ".formatted(file);
    assertTrue(message.startsWith("cannot load the model: "), message);
    assertTrue(message.contains(file.toString()), message);
    assertEquals(1, message.lines().count(), message);
    return message.startsWith(start) ? message.substring(start.length()) : message;
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  @Test
  void aModelOfTheVersionBeforeLoads() throws IOException {
    dropChecksums();
    ModelFiles files = read();
    assertArrayEquals(weights, files.weights());
    assertEquals(List.of("no", "yes"), files.labels());
  }

  @Test
  void everyDamagedByteIsNoticed() throws IOException {
    for (Path file : List.of(json, numbers)) {
      byte[] whole = Files.readAllBytes(file);
      for (int at = 0; at < whole.length; at += 3) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << at % 7);
        Files.write(file, damaged);
        try {
          ModelFiles files = read();
          // Spaces between the values of JSON may be others, and the checksums' own names.
          assertEquals(json, file, "byte " + at);
          assertArrayEquals(weights, files.weights());
          assertEquals(NETWORK.graph(), files.network().graph());
          assertEquals(List.of("no", "yes"), files.labels());
        } catch (IOException e) {
          assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
        }
      }
      Files.write(file, whole);
    }
    assertArrayEquals(weights, read().weights());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weightsThatAreNoNumbersAreRefused(float value) throws IOException {
    weights[NETWORK.slots().get(1).offset()] = value;
    new ModelFiles(NETWORK, weights, List.of()).write(folder.toString(), CONF);
    assertEquals(
        "'%s' holds %s at position 0; weights must be finite"
            .formatted(NETWORK.slots().get(1).name(), value),
        refusal(numbers));
  }

  @ParameterizedTest
  @ValueSource(longs = {99_999_999, Integer.MAX_VALUE, 1L << 40, -1})
  void aFileOfAHundredBytesThatClaimsMoreIsRefused(long length) throws IOException {
    byte[] file = new byte[100];
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Files.write(numbers, file);
    String message = refusal(numbers);
    assertTrue(message.equals("it is cut short") || message.contains("impossible"), message);
  }

  @Test
  void foldersAndEmptyFilesAreRefused() throws IOException {
    for (Path file : List.of(json, numbers)) {
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, new byte[0]);
      refusal(file);
      Files.delete(file);
      Files.createDirectory(file);
      assertEquals("it is a folder where a file is expected", refusal(file));
      Files.delete(file);
      assertEquals("cannot load the model: there is no file " + file, refusal(file));
      Files.write(file, whole);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/graph/nodes/2/layer/units | 1073741824 | 1073741824",
        "/graph/nodes/2/layer/units | 40000 | its header does not list the weights of this network",
        "/graph/nodes/2/layer/units | -1 | units must be at least 1; received -1",
        "/graph/nodes/0/layer/layers | 1073741824 | a network has at most 10000 layers",
        "/graph/nodes/0/layer/dropout | 2 | dropout must be in [0, 1); received 2.0",
        "/graph/nodes/1/inputs/0 | \"dense\" | flatten reads 'dense', which is neither an input nor a layer before it",
        "/graph/nodes/1/inputs | [] | flatten reads nothing: a layer needs an input",
        "/graph/nodes/1/inputs | [null] | ",
        "/graph/nodes/1/name | \"x\" | two layers or inputs are named 'x': give each a name of its own",
        "/graph/nodes/1/name | null | ",
        "/graph/nodes/1/layer | null | ",
        "/graph/nodes/1/options | null | ",
        "/graph/nodes/1/shape | [0] | ",
        "/graph/inputs/0/shape | [3, 5] | ",
        "/graph/inputs | [] | transformerencoder reads 'x', which is neither an input",
        "/graph/output | \"nothing\" | there is no layer 'nothing'",
        "/graph/output | null | ",
        "/graph | [] | ",
        "/labels | {} | its labels must be an array of texts",
        "/labels | [1] | its labels must be an array of texts",
        "/version | 1.5 | it is of format 'spark-nn' version 1.5",
        "/version | 4294967297 | it is of format 'spark-nn' version 4294967297",
      })
  void networksThatNobodyBuiltAreRefused(String place, String value, String said)
      throws IOException {
    ObjectNode tree = dropChecksums();
    int slash = place.lastIndexOf('/');
    String name = place.substring(slash + 1);
    if (tree.at(place.substring(0, slash)) instanceof ObjectNode object) {
      assertTrue(object.has(name));
      object.set(name, MAPPER.readTree(value));
    } else {
      ((ArrayNode) tree.at(place.substring(0, slash)))
          .set(Integer.parseInt(name), MAPPER.readTree(value));
    }
    Files.writeString(json, tree.toString());
    String message = refusal(folder);
    assertTrue(said == null || message.contains(said), message);
  }

  @Test
  void jsonThatIsDeepOrDoubleIsRefused() throws IOException {
    Files.writeString(json, "[".repeat(100_000));
    assertTrue(refusal(json).contains("nesting"), refusal(json));
    Files.writeString(json, "{\"format\":\"x\",\"format\":\"spark-nn\"}");
    assertTrue(refusal(json).contains("Duplicate"), refusal(json));
    byte[] text = new byte[1000];
    Arrays.fill(text, (byte) 0xFF);
    Files.write(json, text);
    assertEquals("it is no text in UTF-8", refusal(json));
  }
}
