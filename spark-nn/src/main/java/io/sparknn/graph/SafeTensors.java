package io.sparknn.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.Network.Slot;
import io.sparknn.tensor.Tensor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A network's weights in the safetensors format: the length of a JSON header (64 bits, little
 * endian), the header with name, type, shape and place of each array, then the raw 32-bit floats.
 */
public final class SafeTensors {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TYPE = "F32";
  private static final int MAX_HEADER = 100_000_000;
  private static final int CHUNK = 1 << 16;

  private SafeTensors() {}

  /** Writes all weights and statistics of a network. */
  public static void write(Network network, float[] weights, OutputStream out) throws IOException {
    byte[] header = MAPPER.writeValueAsBytes(header(network));
    int padded = (header.length + 7) / 8 * 8;
    ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(start.array(), (byte) ' ');
    start.putLong(padded).put(header);
    out.write(start.array());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Slot slot : network.slots()) {
      Tensor values = slot.in(weights);
      for (int done = 0; done < values.size(); done += CHUNK) {
        int count = Math.min(CHUNK, values.size() - done);
        chunk.asFloatBuffer().put(values.data(), values.offset() + done, count);
        out.write(chunk.array(), 0, count * Float.BYTES);
      }
    }
  }

  /**
   * Reads what {@link #write} wrote for the same network.
   *
   * @throws IOException if the data is damaged or holds another network's weights, in one sentence
   */
  public static float[] read(Network network, InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      long length = Long.reverseBytes(data.readLong());
      if (length < 2 || length > MAX_HEADER) {
        throw new IOException("its header has an impossible length of " + length + " bytes");
      }
      JsonNode header = parse(data.readNBytes((int) length));
      if (!header.equals(MAPPER.readTree(header(network).toString()))) {
        throw new IOException("its header does not list the weights of this network");
      }
      float[] weights = new float[network.size()];
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (Slot slot : network.slots()) {
        Tensor values = slot.in(weights);
        for (int done = 0; done < values.size(); done += CHUNK) {
          int count = Math.min(CHUNK, values.size() - done);
          data.readFully(chunk.array(), 0, count * Float.BYTES);
          chunk.asFloatBuffer().get(weights, values.offset() + done, count);
        }
      }
      if (data.read() >= 0) {
        throw new IOException("it is longer than its header says");
      }
      return weights;
    } catch (EOFException e) {
      throw new IOException("it is cut short", e);
    }
  }

  private static ObjectNode header(Network network) {
    ObjectNode header = MAPPER.createObjectNode();
    long offset = 0;
    for (Slot slot : network.slots()) {
      long end = offset + (long) Float.BYTES * slot.weight().shape().size();
      ObjectNode entry = header.putObject(slot.name());
      entry.put("dtype", TYPE);
      entry.set("shape", MAPPER.valueToTree(slot.weight().shape().extents()));
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
}
