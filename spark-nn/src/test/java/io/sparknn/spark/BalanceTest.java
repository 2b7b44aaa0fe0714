package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is found about partitions and batches. */
class BalanceTest {

  private static List<Finding> findings(int batchSize, long... rows) {
    return new Balance(rows, batchSize).findings();
  }

  private static void assertFinding(List<Finding> findings, boolean warns, String... said) {
    assertEquals(1, findings.size(), findings::toString);
    Finding finding = findings.get(0);
    assertEquals(warns, finding.warns());
    for (String part : said) {
      assertTrue(finding.text().contains(part), () -> finding.text() + "\nlacks: " + part);
    }
    assertEquals(1, finding.text().lines().count());
  }

  @Test
  void evenPartitionsAndLargeBatchesAreFine() {
    assertEquals(List.of(), findings(128, 1000, 1000, 1001, 999));
    assertEquals(List.of(), findings(128, 1000, 500, 500, 700));
    assertEquals(List.of(), findings(32, 100, 100, 100, 100));
    assertEquals(List.of(), findings(8, 100));
    assertEquals(List.of(), findings(3, 3));
  }

  @Test
  void unevenPartitionsAreWaitedFor() {
    assertFinding(
        findings(128, 100, 100, 100, 500),
        true,
        "the 4 partitions have 100 rows at least, 200.0 in the mean and 500 at most:",
        "idle 60% of the time",
        "repartition(4)");
  }

  @Test
  void emptyPartitionsIdle() {
    assertFinding(
        findings(128, 100, 0, 100, 100), true, "0 rows at least", "(1 have none)", "idle 25%");
    assertTrue(findings(2, 0, 2, 0, 0).get(0).text().endsWith("repartition(2) the data"));
  }

  @Test
  void tinyBatchesCostMoreThanTheyCompute() {
    assertFinding(
        findings(16, 100, 100, 100, 100),
        true,
        "a batch of 16 rows gives each of 4 partitions 4.0 rows",
        "set batchSize to at least 32, or coalesce(2)");
    assertFinding(
        findings(3, 100, 100, 100, 100),
        true,
        "leaves 1 of 4 partitions without a row",
        "at least 32, or coalesce(1)");
    assertFinding(
        findings(4, 100), true, "gives each of 1 partitions 4.0", "batchSize to at least 8");
  }

  @Test
  void aBatchOfAllRowsIsSaidAndNoWarning() {
    assertFinding(findings(128, 50), false, "batchSize is 128, but there are 50 rows");
    List<Finding> both = findings(128, 5, 5);
    assertEquals(2, both.size());
    assertTrue(both.get(0).text().endsWith(": coalesce(1) the data"), both.get(0).text());
  }
}
