package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tree of processes. */
class ProcessTreeTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "7, 1", "7, 2", "40, 3", "40, 39", "40, 40", "513, 8"})
  void everyProcessReachesTheDriverAndIsCountedByItsParent(int processes, int fanOut) {
    ProcessTree tree = new ProcessTree(fanOut);
    int[] children = new int[processes];
    int ofDriver = 0;
    for (int rank = 0; rank < processes; rank++) {
      int parent = tree.parent(rank);
      assertTrue(parent < rank);
      if (parent < 0) {
        ofDriver++;
      } else {
        children[parent]++;
      }
    }
    assertEquals(Math.min(fanOut, processes), ofDriver);
    assertEquals(processes <= fanOut, tree.isFlat(processes));
    for (int rank = 0; rank < processes; rank++) {
      assertEquals(children[rank], tree.children(rank, processes));
    }
  }

  @Test
  void aDepthThatIsAskedForHoldsAllProcesses() {
    assertEquals(9, ProcessTree.of(9, 1000, 1).fanOut());
    assertEquals(3, ProcessTree.of(9, 1000, 2).fanOut());
    assertEquals(2, ProcessTree.of(9, 1000, 3).fanOut());
    assertEquals(1, ProcessTree.of(9, 1000, 9).fanOut());
  }

  @Test
  void theTreeIsDeepWhereProcessesAreManyAndSumsAreLarge() {
    assertEquals(2, ProcessTree.of(2, 100_000_000, 0).fanOut());
    assertEquals(64, ProcessTree.of(64, 1_000, 0).fanOut());
    assertTrue(ProcessTree.of(64, 100_000_000, 0).fanOut() <= 4);
    assertEquals(1, ProcessTree.ofStages(8, 2_000_000).levels(8));
    assertTrue(ProcessTree.ofStages(512, 2_000_000).levels(512) > 1);
  }
}
