package io.sparknn.graph;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.Network.Slot;
import io.sparknn.graph.SafeTensorsHeader.Place;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Arrays by name in the safetensors format: the length of a JSON header (64 bits, little endian),
 * the header with name, type, shape and place of each array, then the raw 32-bit floats. Files of
 * other writers may hold arrays of other types, which are passed over unless they are asked for.
 */
public final class SafeTensors {

  private static final ObjectMapper MAPPER = new ObjectMapper();
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
      described.set(SafeTensorsHeader.METADATA, MAPPER.valueToTree(contents.metadata));
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
   * Reads the weights of a network, whoever wrote them and whatever else is there.
   *
   * @param length the number of bytes of the file: no more memory is taken than it holds
   * @throws IOException if the data is damaged or holds another network's weights, in one sentence
   */
  public static float[] read(Network network, InputStream in, long length) throws IOException {
    DataInputStream data = new DataInputStream(in);
    SafeTensorsHeader header = SafeTensorsHeader.read(data, length);
    List<Place> places = new ArrayList<>();
    for (Slot slot : network.slots()) {
      Place place = header.place(slot.name());
      Shape expected = slot.weight().shape();
      if (place == null || !place.shape().equals(expected)) {
        throw new IOException(
            "its header does not list the weights of this network: '%s' of shape %s is %s"
                .formatted(
                    slot.name(),
                    expected,
                    place == null ? "missing" : "there with shape " + place.shape()));
      }
      places.add(place);
    }
    List<Place> ordered = inOrder(places);
    float[] weights = new float[network.size()];
    Map<String, Tensor> tensors = tensors(network, weights);
    fill(data, ordered, place -> tensors.get(place.name()));
    return weights;
  }

  /**
   * Reads the arrays of some names, whoever wrote them; those that are not there are left out, and
   * others may be of any type.
   *
   * @param length the number of bytes of the file: no more memory is taken than it holds
   * @throws IOException if the data is damaged, or an array of these names is not of 32-bit floats,
   *     in one sentence
   */
  public static Map<String, Tensor> read(InputStream in, long length, Predicate<String> wanted)
      throws IOException {
    return readContents(in, length, wanted).tensors;
  }

  /**
   * Reads all arrays and texts, whoever wrote them.
   *
   * @param length the number of bytes of the file: no more memory is taken than it holds
   * @throws IOException if the data is damaged or holds other numbers than 32-bit floats, in one
   *     sentence
   */
  public static Contents readContents(InputStream in, long length) throws IOException {
    return readContents(in, length, name -> true);
  }

  /**
   * Reads the texts alone.
   *
   * @param length the number of bytes of the file
   * @throws IOException if the data is damaged, in one sentence
   */
  public static Map<String, String> readMetadata(InputStream in, long length) throws IOException {
    return SafeTensorsHeader.read(new DataInputStream(in), length).metadata();
  }

  private static Contents readContents(InputStream in, long length, Predicate<String> wanted)
      throws IOException {
    DataInputStream data = new DataInputStream(in);
    SafeTensorsHeader header = SafeTensorsHeader.read(data, length);
    List<Place> places = new ArrayList<>();
    for (String name : header.entries().keySet()) {
      if (wanted.test(name)) {
        places.add(header.place(name));
      }
    }
    List<Place> ordered = inOrder(places);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    ordered.forEach(place -> tensors.put(place.name(), Tensor.zeros(place.shape().extents())));
    fill(data, ordered, place -> tensors.get(place.name()));
    return new Contents(tensors, header.metadata());
  }

  /** Places in their order in the file; no two may overlap, or they would hold more than it. */
  private static List<Place> inOrder(List<Place> places) throws IOException {
    List<Place> ordered = new ArrayList<>(places);
    ordered.sort(Comparator.comparingLong(Place::begin));
    long end = 0;
    for (Place place : ordered) {
      if (place.begin() < end) {
        throw SafeTensorsHeader.impossiblePlace(place.name());
      }
      end = place.end();
    }
    return ordered;
  }

  /** Reads arrays from the end of the header on, and passes over what is between them. */
  private static void fill(
      DataInputStream data, List<Place> ordered, Function<Place, Tensor> target)
      throws IOException {
    ByteBuffer chunk = chunk();
    long at = 0;
    try {
      for (Place place : ordered) {
        data.skipNBytes(place.begin() - at);
        at = place.end();
        Tensor values = target.apply(place);
        for (int done = 0; done < values.size(); done += CHUNK) {
          int count = Math.min(CHUNK, values.size() - done);
          data.readFully(chunk.array(), 0, count * Float.BYTES);
          chunk.asFloatBuffer().get(values.data(), values.offset() + done, count);
        }
      }
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
      entry.put("dtype", SafeTensorsHeader.TYPE);
      entry.set("shape", MAPPER.valueToTree(shape.extents()));
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    return header;
  }
}
