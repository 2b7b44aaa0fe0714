package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ProcessorTest {

  @Test
  void aCoreIsLesserIfItLeavesWideVectorsUnused() {
    assertTrue(OpenBlas.isLesserCore("Haswell", Set.of("avx2", "avx512f")));
    assertTrue(OpenBlas.isLesserCore("Zen", Set.of("avx512f")));
    assertFalse(OpenBlas.isLesserCore("Cooperlake", Set.of("avx512f")));
    assertFalse(OpenBlas.isLesserCore("Haswell", Set.of("avx2")));
    assertFalse(OpenBlas.isLesserCore("Haswell", Set.of()));
  }

  @Test
  void onlySmallerNumbersAreLesserCaches() {
    int size = Processor.secondLevelCache();
    assertFalse(Processor.isLesserCache(Integer.toString(size)));
    assertFalse(Processor.isLesserCache("many"));
    assertFalse(Processor.isLesserCache(""));
    assertEquals(size > 1, Processor.isLesserCache("1"));
  }

  @Test
  void theFlagsAreWords() {
    assertTrue(Processor.flags().stream().noneMatch(String::isBlank));
  }
}
