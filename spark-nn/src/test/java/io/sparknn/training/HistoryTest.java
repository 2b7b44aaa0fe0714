package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of a training. */
class HistoryTest {

  private static History after(int iterations) {
    History history = new History();
    for (int i = 1; i <= iterations; i++) {
      Progress progress = new Progress(1, i, 0, 0, 0, 0, 0, 0, 1, 1, Times.NONE);
      history.onIteration(progress, progress);
    }
    return history;
  }

  @Test
  void everyIterationIsKeptAsLongAsThereAreFew() {
    List<Progress> kept = after(History.MOST - 1).iterations();
    assertEquals(History.MOST - 1, kept.size());
    assertEquals(7, kept.get(6).iteration());
  }

  @Test
  void ofManyIterationsThoseThatAreKeptLieEquallyFarApart() {
    List<Progress> kept = after(5 * History.MOST).iterations();
    assertTrue(kept.size() < History.MOST && kept.size() >= History.MOST / 2);
    for (int i = 0; i < kept.size(); i++) {
      assertEquals(8 * (i + 1), kept.get(i).iteration());
    }
  }
}
