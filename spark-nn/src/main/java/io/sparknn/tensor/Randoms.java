package io.sparknn.tensor;

/**
 * Random numbers that are functions of a key and a counter instead of a generator's state, so that
 * they depend on what they are for (seed, iteration, row, layer) and never on the order or the
 * place of their computation (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC
 * 2011).
 */
public final class Randoms {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  static final int COUNTER_STEP = 0x9E3779B9;
  static final int FIRST_FACTOR = 0x21F0AAAD;
  static final int SECOND_FACTOR = 0x735A2D97;

  private Randoms() {}

  /** A key derived from another key and a number: the 64-bit finaliser of SplitMix64. */
  public static long key(long key, long number) {
    long z = key + GOLDEN_GAMMA * (number + 1);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** 32 random bits for a key and a counter: a two-round multiply and xor-shift hash. */
  public static int bits(int key, int counter) {
    int h = key + counter * COUNTER_STEP;
    h ^= h >>> 16;
    h *= FIRST_FACTOR;
    h ^= h >>> 15;
    h *= SECOND_FACTOR;
    return h ^ (h >>> 15);
  }

  /**
   * The image of {@code index} under a random permutation of {@code 0 .. length - 1} that the key
   * chooses, computed without a table (Kensler, "Correlated multi-jittered sampling", Pixar 2013:
   * invertible mixing of the next power of two, walked until it falls inside).
   */
  public static int permute(int index, int length, int key) {
    int mask = length <= 1 ? 0 : -1 >>> Integer.numberOfLeadingZeros(length - 1);
    int i = index;
    do {
      i ^= key;
      i *= 0xE170893D;
      i ^= key >>> 16;
      i ^= (i & mask) >>> 4;
      i ^= key >>> 8;
      i *= 0x0929EB3F;
      i ^= key >>> 23;
      i ^= (i & mask) >>> 1;
      i *= 1 | key >>> 27;
      i *= 0x6935FA69;
      i ^= (i & mask) >>> 11;
      i *= 0x74DCB303;
      i ^= (i & mask) >>> 2;
      i *= 0x9E501CC3;
      i ^= (i & mask) >>> 2;
      i *= 0xC860A3DF;
      i &= mask;
      i ^= i >>> 5;
    } while (Integer.compareUnsigned(i, length) >= 0);
    return (int) (((i & 0xFFFFFFFFL) + (key & 0xFFFFFFFFL)) % length);
  }
}
