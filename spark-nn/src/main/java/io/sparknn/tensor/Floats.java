package io.sparknn.tensor;

import java.nio.ByteBuffer;

/** Numbers as bytes: each in the order of bytes that the buffer has. */
public final class Floats {
  private Floats() {}

  /** Writes all elements. */
  public static void write(float[] from, ByteBuffer to) {
    write(from, from.length, to);
  }

  static void write(float[] from, int count, ByteBuffer to) {
    to.asFloatBuffer().put(from, 0, count);
    to.position(to.position() + count * Float.BYTES);
  }

  /** Reads as many elements as the array has. */
  public static void read(ByteBuffer from, float[] to) {
    read(from, to, to.length);
  }

  static void read(ByteBuffer from, float[] to, int count) {
    from.asFloatBuffer().get(to, 0, count);
    from.position(from.position() + count * Float.BYTES);
  }
}
