package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Network;
import io.sparknn.graph.Network.Slot;
import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors that are mostly 0, trained on and scored without their zeros. */
class SparseVectorsTest {
  private static final int WIDTH = 500;
  private static final int ROWS = 90;
  private static final StructType SCHEMA =
      schema(
          field("features", Tables.VECTOR),
          field("more", Tables.VECTOR),
          field("label", "double"),
          field("labels", Tables.VECTOR),
          field("held", "boolean"));

  @TempDir Path folder;

  /** Rows of a few words, of which the first tells the class; now and then a row of zeros. */
  private static Dataset<Row> rows() {
    Random random = new Random(11);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double label = i % 3;
      double[] values = new double[WIDTH];
      for (int k = 0; k < 6 && i != 20; k++) {
        values[random.nextInt(WIDTH)] = random.nextDouble();
      }
      values[i % 3] = i == 20 ? 0 : 1;
      // Some vectors are dense, though most of their elements are 0.
      Vector features = i % 7 == 0 ? Vectors.dense(values) : Vectors.dense(values).toSparse();
      Vector labels = Vectors.sparse(300, new int[] {i % 3, 299}, new double[] {1, i % 2});
      rows.add(
          row(features, Vectors.dense(random.nextDouble(), i % 3), label, labels, i % 10 == 9));
    }
    return partitioned(SCHEMA, rows, 50, 40);
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier().setMaxIter(3).setBatchSize(16).setStepSize(0.01);
  }

  private static Dense dense() {
    return new Dense().setUnits(12).setActivation("tanh");
  }

  private static PipelineModel fit(PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows());
  }

  /** A layer that does nothing, but reads dense rows only. */
  private static Activation dense(String column) {
    return new Activation().setActivation("linear").setInputCol(column).setOutputCol(column);
  }

  private static NetworkModel<?> network(PipelineModel model) {
    return (NetworkModel<?>) model.stages()[model.stages().length - 1];
  }

  private static Set<String> sparse(PipelineModel model) {
    return network(model).network().sparse();
  }

  private static float[] weights(PipelineModel model) {
    Network network = network(model).network();
    float[] flat = network(model).files().weights();
    float[] all = new float[network.size()];
    int to = 0;
    for (Slot slot : network.slots()) {
      Tensor tensor = slot.in(flat);
      System.arraycopy(tensor.data(), tensor.offset(), all, to, tensor.size());
      to += tensor.size();
    }
    return Arrays.copyOf(all, to);
  }

  /** Trained without zeros, and with them. */
  private static void assertSame(Consumer<NeuralNetworkClassifier> options) {
    NeuralNetworkClassifier head = head();
    options.accept(head);
    PipelineModel sparse = fit(dense(), head);
    PipelineModel dense = fit(dense("features"), dense(), head);
    assertEquals(Set.of("features"), sparse(sparse));
    assertEquals(Set.of(), sparse(dense));
    assertArrayEquals(weights(dense), weights(sparse), 2e-4f);
    List<Row> expected = dense.transform(rows()).select("probability").collectAsList();
    List<Row> actual = sparse.transform(rows()).select("probability").collectAsList();
    for (int i = 0; i < ROWS; i++) {
      assertArrayEquals(
          ((Vector) expected.get(i).get(0)).toArray(),
          ((Vector) actual.get(i).get(0)).toArray(),
          1e-4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "lamb", "sgd", "adamw"})
  void solversDoTheSame(String solver) {
    assertSame(head -> head.setSolver(solver).setWeightDecay(solver.equals("adamw") ? 0.1 : 0));
  }

  @Test
  void wholeBatchesDoTheSame() {
    assertSame(head -> head.setSolver("lbfgs").setStepSize(1).setBatchSize(ROWS));
  }

  @Test
  void limitsAndAveragesDoTheSame() {
    assertSame(
        head ->
            head.setClipValue(0.02)
                .setClipNorm(0.05)
                .setGlobalClipNorm(0.04)
                .setAveragingDecay(0.9)
                .setMicroBatchSize(3));
  }

  @Test
  void localStepsDoTheSame() {
    assertSame(head -> head.setLocalSteps(2));
  }

  @Test
  void jobsDoTheSame() {
    assertSame(head -> head.setAggregationMode("jobs").setGradientPrecision("bfloat16"));
  }

  @Test
  void rowsOnDiskAndForValidationDoTheSame() {
    assertSame(
        head -> head.setIntermediateStorageLevel("DISK_ONLY").setValidationIndicatorCol("held"));
  }

  @Test
  void severalColumnsAreJoined() {
    NeuralNetworkClassifier head = head().setFeaturesCols("features", "more");
    PipelineModel sparse = fit(head);
    assertTrue(sparse(sparse).contains("features"));
    PipelineModel dense = fit(dense("features"), dense("more"), head);
    assertEquals(Set.of(), sparse(dense));
    assertArrayEquals(weights(dense), weights(sparse), 2e-4f);
  }

  /** Dropout reads dense rows. */
  @Test
  void layersThatReadDenseRowsGetThem() {
    assertEquals(Set.of(), sparse(fit(new Dropout().setRate(0.1), dense(), head())));
  }

  @Test
  void sparseLabelsAreFlags() {
    PipelineModel model =
        fit(
            dense(),
            head().setLabelCol("labels").setMaxIter(1).setIntermediateStorageLevel("DISK_ONLY"));
    Row scored = model.transform(rows()).select("probability").first();
    assertEquals(300, ((Vector) scored.get(0)).size());
  }

  @Test
  void aRowsScoresDependOnNoOtherRow() throws IOException {
    PipelineModel model = fit(dense(), head());
    Dataset<Row> rows = rows();
    List<Row> all = model.transform(rows).select("rawPrediction").collectAsList();
    List<Row> alone = model.transform(rows.where("held")).select("rawPrediction").collectAsList();
    for (int i = 0; i < alone.size(); i++) {
      assertEquals(all.get(10 * i + 9), alone.get(i));
    }
    model.write().overwrite().save(folder + "/model");
    assertEquals(
        all,
        PipelineModel.load(folder + "/model")
            .transform(rows)
            .select("rawPrediction")
            .collectAsList());
  }

  @Test
  void trainingGoesOnFromACheckpoint() {
    NeuralNetworkClassifier head = head().setCheckpointInterval(4).setMaxIter(2);
    PipelineModel whole = fit(dense(), head.copy(ParamMap.empty()));
    String checkpoints = folder + "/checkpoints";
    fit(dense(), head.setCheckpointDir(checkpoints).setMaxIter(1));
    PipelineModel resumed = fit(dense(), head.setMaxIter(2).setResume(true));
    assertArrayEquals(weights(whole), weights(resumed));
  }

  /** With their zeros, the rows alone would take 600 MB. */
  @Test
  void manyWideTextsFitIntoASmallHeap() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            folder, List.of("-Xmx512m"), SparseTrial.class.getName(), List.of("600", "20"))) {
      Map<String, String> results = child.results();
      long before = Long.parseLong(results.get("heap at pass 10"));
      long after = Long.parseLong(results.get("heap at pass 20"));
      assertTrue(
          after - before < 4_000_000,
          () -> String.format(Locale.ROOT, "%d, then %d bytes", before, after));
      assertTrue(Double.parseDouble(results.get("accuracy")) > 0.9, results::toString);
    }
  }

  /** Its weights alone would take 1.2 GB; what a sparse row takes is next to nothing. */
  @Test
  void weightsBeyondTheHeapAreRefusedInOneSentence() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            folder, List.of("-Xmx1g"), SparseVectorsTest.class.getName(), List.of(), Map.of())) {
      String message = child.results().get("refused").replace('_', ' ');
      assertTrue(message.contains(": training needs about "), message);
      assertTrue(message.contains("in this process, whose heap has 1024.0 MiB"), message);
      assertTrue(message.contains("raise spark.driver.memory"), message);
    }
  }

  /** Entry point of a process with a small heap, which trains 300 million weights. */
  public static void main(String[] args) {
    SparkSession spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
    try {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        rows.add(row(Vectors.sparse(1 << 18, new int[] {i}, new double[] {1}), (double) (i % 2)));
      }
      new Pipeline()
          .setStages(new PipelineStage[] {new Dense().setUnits(1145), head()})
          .fit(spark.createDataFrame(rows, Tables.LABELED));
    } catch (IllegalArgumentException e) {
      ChildJvm.print("refused", e.getMessage().replace(' ', '_'));
    } finally {
      spark.stop();
    }
  }
}
