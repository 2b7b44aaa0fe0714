package io.sparknn.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.Network.Slot;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays by name in the safetensors format: the length of a JSON header (64 bits, little endian),
 * the header with name, type, shape and place of each array, then the raw 32-bit floats.
 */
public final class SafeTensors {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TYPE = "F32";
  private static final String METADATA = "__metadata__";
  private static final int MAX_HEADER = 100_000_000;
  private static final int CHUNK = 1 << 16;

  private SafeTensors() {}

  /** Writes all weights and statistics of a network. */
  public static void write(Network network, float[] weights, OutputStream out) throws IOException {
    write(tensors(network, weights), out);
  }

  /** Arrays, and texts about them. */
  public record Contents(Map<String, Tensor> tensors, Map<String, String> metadata) {}

  /** Writes arrays in the order of the map. */
  public static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    write(new Contents(tensors, Map.of()), out);
  }

  /** Writes arrays in the order of the map, and texts. */
  public static void write(Contents contents, OutputStream out) throws IOException {
    Map<String, Tensor> tensors = contents.tensors;
    ObjectNode described = header(tensors);
    if (!contents.metadata.isEmpty()) {
      described.set(METADATA, MAPPER.valueToTree(contents.metadata));
    }
    byte[] header = MAPPER.writeValueAsBytes(described);
    int padded = (header.length + 7) / 8 * 8;
    ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(start.array(), (byte) ' ');
    start.putLong(padded).put(header);
    out.write(start.array());
    ByteBuffer chunk = chunk();
    for (Tensor values : tensors.values()) {
      for (int done = 0; done < values.size(); done += CHUNK) {
        int count = Math.min(CHUNK, values.size() - done);
        chunk.asFloatBuffer().put(values.data(), values.offset() + done, count);
        out.write(chunk.array(), 0, count * Float.BYTES);
      }
    }
  }

  /**
   * Reads what {@link #write(Network, float[], OutputStream)} wrote for the same network.
   *
   * @throws IOException if the data is damaged or holds another network's weights, in one sentence
   */
  public static float[] read(Network network, InputStream in) throws IOException {
    float[] weights = new float[network.size()];
    Map<String, Tensor> tensors = tensors(network, weights);
    return read(
        in,
        header -> {
          if (!header.equals(MAPPER.readTree(header(tensors).toString()))) {
            throw new IOException("its header does not list the weights of this network");
          }
          return tensors.values();
        },
        weights);
  }

  /**
   * Reads all arrays, whoever wrote them.
   *
   * @throws IOException if the data is damaged or holds other numbers than 32-bit floats, in one
   *     sentence
   */
  public static Map<String, Tensor> read(InputStream in) throws IOException {
    return readContents(in).tensors;
  }

  /**
   * Reads all arrays and texts, whoever wrote them.
   *
   * @throws IOException if the data is damaged or holds other numbers than 32-bit floats, in one
   *     sentence
   */
  public static Contents readContents(InputStream in) throws IOException {
    Contents contents = new Contents(new LinkedHashMap<>(), new LinkedHashMap<>());
    return read(
        in,
        header -> {
          header
              .path(METADATA)
              .properties()
              .forEach(text -> contents.metadata.put(text.getKey(), text.getValue().asText()));
          contents.tensors.putAll(tensors(header));
          return contents.tensors.values();
        },
        contents);
  }

  /** Tells from a header which arrays to fill, in the order of their places. */
  private interface Plan {
    Iterable<Tensor> tensors(JsonNode header) throws IOException;
  }

  private static <T> T read(InputStream in, Plan plan, T result) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      long length = Long.reverseBytes(data.readLong());
      if (length < 2 || length > MAX_HEADER) {
        throw new IOException("its header has an impossible length of " + length + " bytes");
      }
      JsonNode header = parse(data.readNBytes((int) length));
      ByteBuffer chunk = chunk();
      for (Tensor values : plan.tensors(header)) {
        for (int done = 0; done < values.size(); done += CHUNK) {
          int count = Math.min(CHUNK, values.size() - done);
          data.readFully(chunk.array(), 0, count * Float.BYTES);
          chunk.asFloatBuffer().get(values.data(), values.offset() + done, count);
        }
      }
      if (data.read() >= 0) {
        throw new IOException("it is longer than its header says");
      }
      return result;
    } catch (EOFException e) {
      throw new IOException("it is cut short", e);
    }
  }

  private static ByteBuffer chunk() {
    return ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Map<String, Tensor> tensors(Network network, float[] weights) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Slot slot : network.slots()) {
      tensors.put(slot.name(), slot.in(weights));
    }
    return tensors;
  }

  private static ObjectNode header(Map<String, Tensor> tensors) {
    ObjectNode header = MAPPER.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
      Shape shape = tensor.getValue().shape();
      long end = offset + (long) Float.BYTES * shape.size();
      ObjectNode entry = header.putObject(tensor.getKey());
      entry.put("dtype", TYPE);
      entry.set("shape", MAPPER.valueToTree(shape.extents()));
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    return header;
  }

  private static JsonNode parse(byte[] header) throws IOException {
    try {
      return MAPPER.readTree(new String(header, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException("its header is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** New arrays for those that a header lists, in the order of their places. */
  private static Map<String, Tensor> tensors(JsonNode header) throws IOException {
    List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(header.properties());
    entries.removeIf(entry -> entry.getKey().equals(METADATA));
    entries.sort(Comparator.comparingLong(entry -> offset(entry.getValue(), 0)));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long end = 0;
    for (Map.Entry<String, JsonNode> entry : entries) {
      String type = entry.getValue().path("dtype").asText();
      if (!type.equals(TYPE)) {
        throw new IOException(
            "its tensor '%s' is of type '%s' where %s is expected"
                .formatted(entry.getKey(), type, TYPE));
      }
      Tensor values = newTensor(entry.getKey(), entry.getValue().path("shape"));
      long start = end;
      end += (long) Float.BYTES * values.size();
      if (offset(entry.getValue(), 0) != start || offset(entry.getValue(), 1) != end) {
        throw new IOException(
            "its header gives tensor '%s' an impossible place".formatted(entry.getKey()));
      }
      tensors.put(entry.getKey(), values);
    }
    return tensors;
  }

  private static long offset(JsonNode entry, int index) {
    return entry.path("data_offsets").path(index).asLong(-1);
  }

  private static Tensor newTensor(String name, JsonNode shape) throws IOException {
    int[] extents = new int[shape.size()];
    Arrays.setAll(extents, axis -> Math.max(0, shape.get(axis).asInt()));
    try {
      return Tensor.zeros(extents);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "its header gives tensor '%s' an impossible shape %s".formatted(name, shape), e);
    }
  }
}
