package io.sparknn.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sparknn.tensor.Shape;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands before the numbers of a safetensors file: name, type, shape and place of each array,
 * and texts. All of it is checked against the file's length before any memory is taken for it, so
 * that a file can claim no more than it holds.
 *
 * @param entries by name, in the order of their places; all of them lie within the file
 * @param metadata the texts
 */
record SafeTensorsHeader(Map<String, JsonNode> entries, Map<String, String> metadata) {

  static final String METADATA = "__metadata__";
  static final String TYPE = "F32";

  private static final int MAX_HEADER = 100_000_000;
  private static final int SHOWN = 80;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Where an array of 32-bit floats lies.
   *
   * @param begin its first byte, from the end of the header on
   * @param end one more than its last byte
   */
  record Place(String name, Shape shape, long begin, long end) {}

  /**
   * Reads and checks a header.
   *
   * @param fileLength the number of bytes of all the file
   * @throws IOException if it is damaged, or the file is not as long as it says: one sentence
   */
  static SafeTensorsHeader read(DataInputStream in, long fileLength) throws IOException {
    try {
      long length = Long.reverseBytes(in.readLong());
      if (length < 2 || length > MAX_HEADER) {
        throw new IOException("its header has an impossible length of " + length + " bytes");
      }
      if (length > fileLength - Long.BYTES) {
        throw new EOFException();
      }
      return of(parse(in.readNBytes((int) length)), fileLength - Long.BYTES - length);
    } catch (EOFException e) {
      throw new IOException("it is cut short", e);
    }
  }

  private static JsonNode parse(byte[] header) throws IOException {
    JsonNode parsed;
    try {
      parsed = MAPPER.readTree(header);
    } catch (JsonProcessingException e) {
      throw new IOException("its header is no JSON: " + shown(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new IOException("its header is no JSON: " + shown(e.getMessage()), e);
    }
    if (!parsed.isObject()) {
      throw new IOException("its header is no JSON object");
    }
    return parsed;
  }

  private static SafeTensorsHeader of(JsonNode header, long dataLength) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    header
        .path(METADATA)
        .properties()
        .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
    List<Map.Entry<String, JsonNode>> sorted = new ArrayList<>(header.properties());
    sorted.removeIf(entry -> entry.getKey().equals(METADATA));
    for (Map.Entry<String, JsonNode> entry : sorted) {
      if (begin(entry.getValue()) < 0 || end(entry.getValue()) < begin(entry.getValue())) {
        throw impossiblePlace(entry.getKey());
      }
    }
    sorted.sort(Comparator.comparingLong(entry -> begin(entry.getValue())));
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    long last = 0;
    for (Map.Entry<String, JsonNode> entry : sorted) {
      last = Math.max(last, end(entry.getValue()));
      entries.put(entry.getKey(), entry.getValue());
    }
    if (last > dataLength) {
      throw new EOFException();
    }
    if (last < dataLength) {
      throw new IOException("it is longer than its header says");
    }
    return new SafeTensorsHeader(entries, metadata);
  }

  private static long begin(JsonNode entry) {
    return offset(entry, 0);
  }

  private static long end(JsonNode entry) {
    return offset(entry, 1);
  }

  /** Negative if there is none that is a number of bytes. */
  private static long offset(JsonNode entry, int index) {
    JsonNode offsets = entry.path("data_offsets");
    JsonNode offset = offsets.path(index);
    boolean isGood = offsets.size() == 2 && offset.isIntegralNumber() && offset.canConvertToLong();
    return isGood ? offset.longValue() : -1;
  }

  /**
   * Where an array of 32-bit floats lies; null if there is none of that name.
   *
   * @throws IOException if it is of another type, or its shape is not what lies there
   */
  Place place(String name) throws IOException {
    JsonNode entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    String type = entry.path("dtype").asText();
    if (!type.equals(TYPE)) {
      throw new IOException(
          "its tensor '%s' is of type '%s' where %s is expected"
              .formatted(shown(name), shown(type), TYPE));
    }
    Shape shape = shape(name, entry.path("shape"));
    if (end(entry) - begin(entry) != (long) Float.BYTES * shape.size()) {
      throw impossiblePlace(name);
    }
    return new Place(name, shape, begin(entry), end(entry));
  }

  private static Shape shape(String name, JsonNode extents) throws IOException {
    List<Integer> read = new ArrayList<>();
    long size = 1;
    for (JsonNode extent : extents) {
      boolean isGood = extent.isIntegralNumber() && extent.canConvertToInt();
      read.add(isGood ? extent.intValue() : 0);
      size *= Math.max(0, read.get(read.size() - 1));
      if (size == 0 || size > Integer.MAX_VALUE) {
        break;
      }
    }
    if (!extents.isArray() || size == 0 || size > Integer.MAX_VALUE) {
      throw new IOException(
          "its header gives tensor '%s' an impossible shape %s"
              .formatted(shown(name), shown(extents.toString())));
    }
    return Shape.of(read.stream().mapToInt(Integer::intValue).toArray());
  }

  static IOException impossiblePlace(String name) {
    return new IOException(
        "its header gives tensor '%s' an impossible place".formatted(shown(name)));
  }

  /** The start of a text that the file's writer chose, in one line. */
  private static String shown(String text) {
    String line = String.valueOf(text).replaceAll("\\p{Cntrl}+", " ");
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
  }
}
