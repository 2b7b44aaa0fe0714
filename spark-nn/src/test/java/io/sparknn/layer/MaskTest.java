package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MaskTest {

  @Test
  void lengthsFillFromTheFirstStep() {
    Mask mask = Mask.ofLengths(new int[] {2, 0, 3}, 3);
    assertEquals(3, mask.rows());
    assertEquals(3, mask.steps());
    assertTrue(mask.counts(0, 1));
    assertFalse(mask.counts(0, 2));
    assertEquals(2, mask.length(0));
    assertEquals(0, mask.length(1));
    assertEquals(3, mask.count(2));
  }

  @Test
  void aLengthReachesTheLastStepThatCounts() {
    Mask mask = new Mask(4, new boolean[] {true, false, true, false});
    assertEquals(3, mask.length(0));
    assertEquals(2, mask.count(0));
  }

  @Test
  void andKeepsWhatCountsInBoth() {
    Mask a = new Mask(3, new boolean[] {true, true, false});
    Mask b = new Mask(3, new boolean[] {false, true, true});
    assertEquals(new Mask(3, new boolean[] {false, true, false}), Mask.and(a, b));
    assertSame(a, Mask.and(a, null));
    assertSame(b, Mask.and(null, b));
  }
}
