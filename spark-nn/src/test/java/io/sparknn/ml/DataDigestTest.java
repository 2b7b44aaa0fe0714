package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.partitioned;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint belongs to its rows. */
class DataDigestTest {

  private static final int ROWS = 12;

  @TempDir private Path folder;

  private NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier()
        .setMaxIter(1)
        .setCheckpointDir(folder.toString())
        .setResume(true);
  }

  private NeuralNetworkClassificationModel fit(Dataset<Row> rows) {
    return head().fit(rows);
  }

  @Test
  void otherRowsAreAnotherTraining() {
    List<Row> rows = clouds(ROWS, 3);
    float[] first = fit(partitioned(LABELED, rows, ROWS)).files().weights();
    NeuralNetworkClassificationModel again = fit(partitioned(LABELED, rows, 5, ROWS - 5));
    assertArrayEquals(first, again.files().weights(), 0);
    List<Row> others = new ArrayList<>(rows);
    others.set(7, labeled(2, 0, 0, 0, 0));
    List<String> findings = fit(partitioned(LABELED, others, ROWS)).summary().findings();
    assertTrue(findings.stream().anyMatch(f -> f.contains("data digest is ")), findings.toString());
  }
}
