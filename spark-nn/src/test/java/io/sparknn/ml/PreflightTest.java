package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.GlobalAveragePooling2D;
import io.sparknn.ml.layer.Reshape;
import io.sparknn.ml.layer.ZeroPadding2D;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What is looked at before the first iteration. */
class PreflightTest {

  @Test
  void theSummaryHasTheFindings() {
    NeuralNetworkClassifier head = new NeuralNetworkClassifier().setMaxIter(1).setBatchSize(80);
    PipelineModel model =
        new Pipeline()
            .setStages(new PipelineStage[] {new Dense().setUnits(2), head})
            .fit(partitioned(LABELED, clouds(60, 3), 50, 10));
    List<String> findings =
        ((NeuralNetworkClassificationModel) model.stages()[1]).summary().findings();
    assertEquals(2, findings.size(), findings::toString);
    assertTrue(findings.get(0).startsWith("the 2 partitions have 10 rows at least"));
    assertTrue(findings.get(1).startsWith("batchSize is 80, but there are 60 rows"));
  }

  /** Its activations alone would take some 7 GB, those of half of the rows more than the heap. */
  @Test
  void aNetworkThatTheHeapCannotHoldIsRefused() {
    NeuralNetworkClassifier head = new NeuralNetworkClassifier();
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Reshape().setTargetShape(1, 1, 1),
                  new ZeroPadding2D().setPadding(2_700),
                  new GlobalAveragePooling2D(),
                  head
                });
    Dataset<Row> rows =
        table(LABELED, clouds(60, 2)).selectExpr("array(label) as features", "label").coalesce(1);
    String message =
        assertThrows(IllegalArgumentException.class, () -> pipeline.fit(rows)).getMessage();
    assertTrue(message.startsWith(head.uid() + ": training needs about "), message);
    for (String part :
        List.of(
            "GiB in this process, whose heap has",
            "spark.driver.memory",
            "microBatchSize",
            "spark.nn.preflight to false")) {
      assertTrue(message.contains(part), message);
    }
    assertEquals(1, message.lines().count());
    head.setMicroBatchSize(30);
    String less =
        assertThrows(IllegalArgumentException.class, () -> pipeline.fit(rows)).getMessage();
    assertTrue(!less.equals(message), less);
  }

  /** Dropout would read 40 rows of 2^18 numbers. */
  @Test
  void zerosThatALayerReadsAreFound() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(row(Vectors.sparse(1 << 18, new int[] {i}, new double[] {1}), (double) (i % 2)));
    }
    PipelineStage[] stages = {
      new Dropout(),
      new Dense().setUnits(2),
      new NeuralNetworkClassifier().setMaxIter(1).setBatchSize(40)
    };
    PipelineModel model = new Pipeline().setStages(stages).fit(table(LABELED, rows).coalesce(1));
    String finding =
        ((NeuralNetworkClassificationModel) model.stages()[2]).summary().findings().get(0);
    assertEquals(
        "column 'features' is mostly 0 (about 1 of 262144 values of a row are not), but dropout reads the zeros too, 40.0 MiB a batch: have a Dense read the column first",
        finding);
  }

  @Test
  void theSettingIsTrueOrFalse() {
    NeuralNetworkClassifier head = new NeuralNetworkClassifier();
    spark().conf().set("spark.nn.preflight", "no");
    try {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> head.fit(table(LABELED, labeled(0, 1, 2))))
              .getMessage();
      assertEquals(
          head.uid() + ": spark.nn.preflight must be true or false; received 'no'", message);
    } finally {
      spark().conf().unset("spark.nn.preflight");
    }
  }
}
