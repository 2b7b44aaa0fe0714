package io.sparknn.tensor;

import java.nio.ByteBuffer;

/**
 * Numbers of 16 bits that have float's exponent and 8 bits of precision: the upper half of a float.
 */
public final class BFloat16 {
  private BFloat16() {}

  /** The number of bytes of one. */
  public static final int BYTES = 2;

  /** The nearest number of 16 bits, of two the even one. */
  public static float round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return value;
    }
    return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
  }

  /** Writes numbers, of which only the upper halves count. */
  public static void write(float[] from, ByteBuffer to) {
    for (float value : from) {
      to.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
    }
  }

  /** Reads as many numbers as the array has. */
  public static void read(ByteBuffer from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Float.intBitsToFloat(from.getShort() << 16);
    }
  }
}
