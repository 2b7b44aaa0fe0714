package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RandomsTest {
  @Test
  void permuteIsAPermutation() {
    for (int key : new int[] {0, 1, -1, 12345, 0x9E3779B9, Integer.MIN_VALUE}) {
      for (int length = 1; length <= 300; length++) {
        boolean[] seen = new boolean[length];
        for (int i = 0; i < length; i++) {
          int image = Randoms.permute(i, length, key);
          assertTrue(image >= 0 && image < length, "outside of 0 .. " + (length - 1));
          assertFalse(seen[image], "twice " + image + " of " + length + " with key " + key);
          seen[image] = true;
        }
      }
    }
  }

  @Test
  void firstElementIsUniform() {
    for (int length : new int[] {2, 3, 7, 10, 16, 100}) {
      int[] counts = new int[length];
      int trials = 2000 * length;
      for (int t = 0; t < trials; t++) {
        counts[Randoms.permute(0, length, (int) Randoms.key(7, t))]++;
      }
      for (int count : counts) {
        assertEquals(2000, count, 5 * Math.sqrt(2000));
      }
    }
  }

  @Test
  void bitsAreUniform() {
    for (int key : new int[] {0, 1, 77, -5}) {
      int[] ones = new int[32];
      int[] buckets = new int[256];
      int n = 256 * 1000;
      for (int i = 0; i < n; i++) {
        int bits = Randoms.bits(key, i);
        buckets[bits >>> 24]++;
        for (int b = 0; b < 32; b++) {
          ones[b] += bits >>> b & 1;
        }
      }
      for (int count : buckets) {
        assertEquals(1000, count, 6 * Math.sqrt(1000));
      }
      for (int count : ones) {
        assertEquals(n / 2.0, count, 6 * Math.sqrt(n) / 2);
      }
    }
  }

  @Test
  void keysDependOnBothArguments() {
    assertEquals(Randoms.key(1, 2), Randoms.key(1, 2));
    assertNotEquals(Randoms.key(1, 2), Randoms.key(2, 1));
    assertNotEquals(Randoms.key(1, 2), Randoms.key(1, 3));
  }
}
