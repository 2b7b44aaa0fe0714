package io.sparknn.tensor;

import java.nio.ByteBuffer;

/** In double precision nothing is rounded to 16 bits. */
public final class BFloat16 {
  private BFloat16() {}

  public static final int BYTES = Double.BYTES;

  public static double round(double value) {
    return value;
  }

  public static void write(double[] from, ByteBuffer to) {
    Floats.write(from, to);
  }

  public static void read(ByteBuffer from, double[] to) {
    Floats.read(from, to);
  }
}
