package io.sparknn.examples;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Reads a data frame from a file of R's {@code save}, uncompressed and of format version 2 (R
 * Internals, "Serialization Formats").
 */
final class RData {
  private static final byte[] MAGIC = "RDX2\nX\n".getBytes(StandardCharsets.US_ASCII);
  private static final int SYMBOL = 1;
  private static final int PAIRS = 2;
  private static final int STRING = 9;
  private static final int INTEGERS = 13;
  private static final int DOUBLES = 14;
  private static final int STRINGS = 16;
  private static final int LIST = 19;
  private static final int NULL = 254;
  private static final int REFERENCE = 255;
  private static final int HAS_ATTRIBUTES = 0x200;
  private static final int HAS_TAG = 0x400;

  private final DataInputStream in;

  private RData(DataInputStream in) {
    this.in = in;
  }

  /** The columns: {@code int[]} (the codes of factors too) or {@code double[]}. */
  static List<?> columns(DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IOException("this is no uncompressed file of R's save, format version 2");
    }
    // The versions of the format, of the writing R, and of the oldest R that can read it.
    in.readNBytes(3 * Integer.BYTES);
    return (List<?>) new RData(in).item();
  }

  /** The next value; of a list of pairs the value of the first. */
  private Object item() throws IOException {
    int flags = in.readInt();
    switch (flags & 0xFF) {
      case NULL, REFERENCE:
        return null;
      case SYMBOL:
        return item();
      case PAIRS:
        return pairs(flags);
      case STRING:
        int length = in.readInt();
        return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
      default:
        Object vector = vector(flags & 0xFF);
        if ((flags & HAS_ATTRIBUTES) != 0) {
          item();
        }
        return vector;
    }
  }

  private Object pairs(int first) throws IOException {
    Object value = null;
    boolean isFirst = true;
    for (int flags = first; (flags & 0xFF) == PAIRS; flags = in.readInt()) {
      if ((flags & HAS_TAG) != 0) {
        item();
      }
      Object next = item();
      value = isFirst ? next : value;
      isFirst = false;
    }
    return value;
  }

  private Object vector(int type) throws IOException {
    int length = in.readInt();
    switch (type) {
      case INTEGERS:
        int[] integers = new int[length];
        for (int i = 0; i < length; i++) {
          integers[i] = in.readInt();
        }
        return integers;
      case DOUBLES:
        double[] doubles = new double[length];
        for (int i = 0; i < length; i++) {
          doubles[i] = in.readDouble();
        }
        return doubles;
      case STRINGS, LIST:
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
          items.add(item());
        }
        return items;
      default:
        throw new IOException(
            String.format(Locale.ROOT, "values of R's type %d are not read here", type));
    }
  }
}
