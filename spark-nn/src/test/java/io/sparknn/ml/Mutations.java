package io.sparknn.ml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages files, by chance and by malice, the same way for the same seed. */
final class Mutations {

  /** What a stranger might write in the place of any value. */
  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1",
          "3",
          "20000",
          "1073741824",
          "2147483647",
          "2147483648",
          "1099511627776",
          "9223372036854775807",
          "99999999999999999999999",
          "1e9",
          "1e308",
          "1e-308",
          "0.5",
          "null",
          "true",
          "\"\"",
          "\"x\"",
          "\"NaN\"",
          "\"../x\"",
          "[]",
          "{}",
          "[[[[]]]]",
          "[1,2,3]",
          "{\"type\":\"core.Flatten\"}");

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_ADDED = 2000;

  private final Random random;

  Mutations(long seed) {
    this.random = new Random(seed);
  }

  /** What a file holds, as far as it is known. */
  enum Format {
    BYTES,
    JSON,
    SAFETENSORS
  }

  /** A damaged copy. */
  byte[] damage(byte[] bytes, Format format) throws IOException {
    if (format == Format.JSON && random.nextInt(3) == 0) {
      return MAPPER.writeValueAsBytes(damage(MAPPER.readTree(bytes)));
    }
    if (format == Format.SAFETENSORS && random.nextInt(3) == 0) {
      return damageHeader(bytes);
    }
    byte[] damaged = bytes.clone();
    int at = random.nextInt(bytes.length);
    int count = Math.min(bytes.length - at, 1 + random.nextInt(64));
    switch (random.nextInt(9)) {
      case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> damaged[at] = (byte) random.nextInt(256);
      case 2 -> damaged = Arrays.copyOf(bytes, at);
      case 3 -> damaged = splice(bytes, bytes.length, bytes.length, randomBytes());
      case 4 -> {
        int other = random.nextInt(bytes.length);
        damaged[at] = bytes[other];
        damaged[other] = bytes[at];
      }
      case 5 -> {
        int from = random.nextInt(bytes.length - count + 1);
        System.arraycopy(bytes, from, damaged, at, count);
      }
      case 6 -> damaged = splice(bytes, at, at + count, new byte[0]);
      case 7 -> damaged = splice(bytes, at, at, randomBytes());
      default -> damaged = changeNumber(bytes, at);
    }
    return damaged;
  }

  private byte[] randomBytes() {
    byte[] added = new byte[1 + random.nextInt(MAX_ADDED)];
    random.nextBytes(added);
    return added;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] added) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(added);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  /** Writes another number in the place of the next one. */
  private byte[] changeNumber(byte[] bytes, int start) {
    int from = start;
    while (from < bytes.length && !Character.isDigit(bytes[from])) {
      from++;
    }
    int to = from;
    while (to < bytes.length && Character.isDigit(bytes[to])) {
      to++;
    }
    return splice(bytes, from, to, value().getBytes(StandardCharsets.UTF_8));
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  /** Another header, of the right length, before the same numbers. */
  private byte[] damageHeader(byte[] bytes) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) file.getLong();
    if (random.nextInt(5) == 0) {
      byte[] damaged = bytes.clone();
      long[] lengths = {random.nextLong(), random.nextInt(), length + random.nextInt(64), 1 << 20};
      ByteBuffer.wrap(damaged)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(lengths[random.nextInt(lengths.length)]);
      return damaged;
    }
    byte[] header = MAPPER.writeValueAsBytes(damage(MAPPER.readTree(bytes, 8, length)));
    byte[] numbers = Arrays.copyOfRange(bytes, 8 + length, bytes.length);
    return ByteBuffer.allocate(8 + header.length + numbers.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(numbers)
        .array();
  }

  /** Changes, drops or doubles one value anywhere in a tree. */
  private JsonNode damage(JsonNode tree) throws IOException {
    JsonNode copy = tree.deepCopy();
    List<JsonNode> places = new ArrayList<>();
    collect(copy, places);
    JsonNode place = places.get(random.nextInt(places.size()));
    if (place instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(4)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name + "x", object.remove(name));
        default -> object.set(name, MAPPER.readTree(value()));
      }
    } else if (place instanceof ArrayNode array) {
      int index = random.nextInt(array.size());
      switch (random.nextInt(4)) {
        case 0 -> array.remove(index);
        case 1 -> array.add(array.get(index).deepCopy());
        default -> array.set(index, MAPPER.readTree(value()));
      }
    }
    return copy;
  }

  private static void collect(JsonNode node, List<JsonNode> places) {
    if (node.size() > 0) {
      places.add(node);
    }
    node.forEach(inner -> collect(inner, places));
  }
}
