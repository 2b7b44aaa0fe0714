package io.sparknn.ml;

import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.table;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Conv1D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.GlobalAveragePooling1D;
import io.sparknn.ml.layer.LSTM;
import io.sparknn.ml.layer.MultiHeadAttention;
import io.sparknn.ml.layer.Reshape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.collection.Seq;

/** Sequences of different lengths from the DataFrame's arrays to scores. */
class RaggedTest {
  private static final int IDS = 10;

  private static final StructType TOKENS =
      new StructType()
          .add("features", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("label", DataTypes.DoubleType)
          .add("row", DataTypes.IntegerType);

  private static final StructType SERIES =
      new StructType()
          .add("features", DataTypes.createArrayType(DataTypes.FloatType))
          .add("label", DataTypes.DoubleType)
          .add("row", DataTypes.IntegerType);

  /** Sequences of 0 to 11 ids; the label tells whether one of them is 7. */
  private static Dataset<Row> tokens() {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      List<Integer> ids = random.ints(i % 12, 0, IDS).boxed().toList();
      rows.add(row(ids, ids.contains(7) ? 1.0 : 0.0, i));
    }
    return table(TOKENS, rows.toArray(Row[]::new)).repartition(3).cache();
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... layers) {
    List<PipelineStage> stages = new ArrayList<>(List.of(layers));
    stages.add(
        new NeuralNetworkClassifier().setMaxIter(40).setBatchSize(50).setStepSize(0.02).setSeed(1));
    return new Pipeline().setStages(stages.toArray(PipelineStage[]::new)).fit(rows);
  }

  private static double accuracy(Dataset<Row> scored) {
    return scored.where(col("label").equalTo(col("prediction"))).count() / (double) scored.count();
  }

  private static void assertRowsAreIndependent(PipelineModel model, Dataset<Row> rows) {
    List<Row> together = model.transform(rows).sort("row").select("rawPrediction").collectAsList();
    for (int i : new int[] {0, 1, 2, 11, 19}) {
      Vector alone =
          model
              .transform(rows.where(col("row").equalTo(i)))
              .select("rawPrediction")
              .first()
              .getAs(0);
      assertArrayEquals(
          together.get(i).<Vector>getAs(0).toArray(), alone.toArray(), 1e-5, "row " + i);
    }
  }

  @Test
  void attentionOverTokensLearnsAndScoresEachRowAlone() {
    Dataset<Row> rows = tokens();
    PipelineModel model =
        fit(
            rows,
            new Embedding().setInputDim(IDS).setOutputDim(8),
            new MultiHeadAttention().setNumHeads(2).setKeyDim(4),
            new GlobalAveragePooling1D());
    assertTrue(accuracy(model.transform(rows)) > 0.95);
    assertRowsAreIndependent(model, rows);
  }

  @Test
  void attentionScoresOfARowLeaveOutItsPadding() {
    Dataset<Row> rows = tokens();
    PipelineModel pipeline =
        fit(
            rows.limit(30),
            new Embedding().setInputDim(IDS).setOutputDim(4),
            new MultiHeadAttention().setNumHeads(2).setKeyDim(2).setName("look"),
            new GlobalAveragePooling1D());
    var model = (NeuralNetworkClassificationModel) pipeline.stages()[3];
    for (Row row :
        model
            .attentionScores(rows, "look", "scores")
            .select("features", "scores")
            .collectAsList()) {
      int steps = row.getList(0).size();
      List<Seq<Seq<Float>>> heads = row.getList(1);
      assertEquals(2, heads.size());
      for (Seq<Seq<Float>> head : heads) {
        assertEquals(steps, head.size());
        for (int query = 0; query < steps; query++) {
          assertEquals(steps, head.apply(query).size());
          double sum = 0;
          for (int key = 0; key < steps; key++) {
            sum += head.apply(query).apply(key);
          }
          assertEquals(1, sum, 1e-5);
        }
      }
    }
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> model.attentionScores(rows, "embedding", "scores"))
            .getMessage();
    assertTrue(message.contains("the attention layers are [look]"), message);
  }

  @Test
  void convolutionAndRecurrenceScoreEachRowAlone() {
    Dataset<Row> rows = tokens();
    PipelineModel model =
        fit(
            rows,
            new Embedding().setInputDim(IDS).setOutputDim(4),
            new Conv1D().setFilters(4).setKernelSize(3),
            new LSTM().setUnits(6).setBidirectional("concat"));
    assertRowsAreIndependent(model, rows);
  }

  @Test
  void seriesOfNumbersAreSequencesOfOneFeature() {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(2);
    for (int i = 0; i < 60; i++) {
      List<Float> series = new ArrayList<>();
      float sum = 0;
      for (int step = 0; step < 3 + i % 5; step++) {
        series.add(random.nextFloat(-1, 1));
        sum += series.get(step);
      }
      rows.add(row(series, sum > 0 ? 1.0 : 0.0, i));
    }
    Dataset<Row> table = table(SERIES, rows.toArray(Row[]::new));
    PipelineModel model = fit(table, new Reshape().setTargetShape(-1, 1), new LSTM().setUnits(4));
    assertTrue(accuracy(model.transform(table)) > 0.9);
    assertRowsAreIndependent(model, table);
  }

  @Test
  void rowsOfOneLengthMayBeScoredAtOthers() {
    Dataset<Row> all = tokens();
    Dataset<Row> even = all.where("size(features) = 5");
    PipelineModel model =
        fit(even, new Embedding().setInputDim(IDS).setOutputDim(4), new GlobalAveragePooling1D());
    assertEquals(200, model.transform(all).select("prediction").collectAsList().size());
  }

  @Test
  void layersOfFixedWidthNameTheColumnOfUnevenRows() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> fit(tokens(), new Dense().setUnits(3)))
            .getMessage();
    assertTrue(message.contains("column 'features' has rows of length 0 to 11"), message);
    assertTrue(message.contains("dense"), message);
  }

  @Test
  void anIdOutsideTheVocabularyIsOneSentence() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    fit(
                        tokens(),
                        new Embedding().setInputDim(5).setOutputDim(2),
                        new GlobalAveragePooling1D()))
            .getMessage();
    assertTrue(message.contains("embedding: "), message);
    assertTrue(message.contains("0 to 4"), message);
    assertEquals(1, message.lines().count(), message);
  }
}
