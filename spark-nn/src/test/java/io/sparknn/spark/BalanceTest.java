package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What partitions and batches are remarked on. */
class BalanceTest {

  private static List<Remark> remarks(int batchSize, long... rows) {
    return new Balance(rows, batchSize).remarks();
  }

  private static void assertRemark(List<Remark> remarks, boolean warns, String... said) {
    assertEquals(1, remarks.size(), remarks::toString);
    Remark remark = remarks.get(0);
    assertEquals(warns, remark.warns());
    for (String part : said) {
      assertTrue(remark.text().contains(part), () -> remark.text() + "\nlacks: " + part);
    }
    assertEquals(1, remark.text().lines().count());
  }

  @Test
  void evenPartitionsAndLargeBatchesAreFine() {
    assertEquals(List.of(), remarks(128, 1000, 1000, 1001, 999));
    assertEquals(List.of(), remarks(128, 1000, 500, 500, 700));
    assertEquals(List.of(), remarks(32, 100, 100, 100, 100));
    assertEquals(List.of(), remarks(8, 100));
    assertEquals(List.of(), remarks(3, 3));
  }

  @Test
  void unevenPartitionsAreWaitedFor() {
    assertRemark(
        remarks(128, 100, 100, 100, 500),
        true,
        "the 4 partitions have 100 rows at least, 200.0 in the mean and 500 at most:",
        "idle 60% of the time",
        "repartition(4)");
  }

  @Test
  void emptyPartitionsIdle() {
    assertRemark(
        remarks(128, 100, 0, 100, 100), true, "0 rows at least", "(1 have none)", "idle 25%");
    assertTrue(remarks(2, 0, 2, 0, 0).get(0).text().endsWith("repartition(2) the data"));
  }

  @Test
  void tinyBatchesCostMoreThanTheyCompute() {
    assertRemark(
        remarks(16, 100, 100, 100, 100),
        true,
        "a batch of 16 rows gives each of 4 partitions 4.0 rows",
        "set batchSize to at least 32, or coalesce(2)");
    assertRemark(
        remarks(3, 100, 100, 100, 100),
        true,
        "leaves 1 of 4 partitions without a row",
        "at least 32, or coalesce(1)");
    assertRemark(
        remarks(4, 100), true, "gives each of 1 partitions 4.0", "batchSize to at least 8");
  }

  @Test
  void aBatchOfAllRowsIsSaidAndNoWarning() {
    assertRemark(remarks(128, 50), false, "batchSize is 128, but there are 50 rows");
    List<Remark> both = remarks(128, 5, 5);
    assertEquals(2, both.size());
    assertTrue(both.get(0).text().endsWith(": coalesce(1) the data"), both.get(0).text());
  }
}
