package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Graph;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import java.util.stream.DoubleStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Spark's own tuning over the params of layers and heads. */
class TuningTest {

  private final Dense dense = new Dense().setUnits(2).setActivation("tanh");
  private final Dropout dropout = new Dropout();
  private final NeuralNetworkClassifier head =
      new NeuralNetworkClassifier().setMaxIter(2).setBatchSize(16).setStepSize(0.05);
  private final Pipeline pipeline =
      new Pipeline()
          .setStages(
              new PipelineStage[] {
                new Pipeline().setStages(new PipelineStage[] {dense, dropout}), head
              });
  private final ParamMap[] grid =
      new ParamGridBuilder()
          .addGrid(dense.units(), new int[] {1, 8})
          .addGrid(dropout.rate(), new double[] {0.0, 0.75})
          .build();
  private final Dataset<Row> points = table(LABELED, clouds(48, 3));
  private final MulticlassClassificationEvaluator evaluator =
      new MulticlassClassificationEvaluator().setMetricName("accuracy");

  private static void assertFollows(Object point, Object rate, Model<?> model) {
    NetworkModel<?> network = (NetworkModel<?>) ((PipelineModel) model).stages()[1];
    Graph graph = network.network().graph();
    var dense = (io.sparknn.layer.core.Dense) graph.nodes().get(0).layer();
    var dropout = (io.sparknn.layer.regularization.Dropout) graph.nodes().get(1).layer();
    assertEquals(point, dense.units());
    assertEquals(rate, dropout.rate());
    assertEquals(dense.units() * (4 + 1 + 3) + 3, network.numWeights());
  }

  private void assertFollows(ParamMap point, Model<?> model) {
    assertFollows(point.get(dense.units()).get(), point.get(dropout.rate()).get(), model);
  }

  private static int best(double[] metrics) {
    double max = DoubleStream.of(metrics).max().orElseThrow();
    return DoubleStream.of(metrics).boxed().toList().indexOf(max);
  }

  private CrossValidator crossValidator() {
    return new CrossValidator()
        .setEstimator(pipeline)
        .setEstimatorParamMaps(grid)
        .setEvaluator(evaluator)
        .setNumFolds(2)
        .setSeed(1);
  }

  @Test
  void crossValidatorTunesTheArchitecture() {
    CrossValidatorModel model = crossValidator().setCollectSubModels(true).fit(points);
    for (Model<?>[] fold : model.subModels()) {
      for (int i = 0; i < grid.length; i++) {
        assertFollows(grid[i], fold[i]);
      }
    }
    assertFollows(grid[best(model.avgMetrics())], model.bestModel());
  }

  @Test
  void fitsInParallelDoNotDisturbEachOther() {
    assertArrayEquals(
        crossValidator().fit(points).avgMetrics(),
        crossValidator().setParallelism(4).fit(points).avgMetrics());
  }

  @Test
  void trainValidationSplitTunesTheHead() {
    ParamMap[] steps =
        new ParamGridBuilder().addGrid(head.stepSize(), new double[] {1e-9, 0.1}).build();
    var model =
        new TrainValidationSplit()
            .setEstimator(pipeline.copy(ParamMap.empty().put(head.maxIter(), 20)))
            .setEstimatorParamMaps(steps)
            .setEvaluator(evaluator)
            .setSeed(1)
            .fit(points);
    assertEquals(1, best(model.validationMetrics()));
    assertTrue(evaluator.evaluate(model.transform(points)) > 0.6);
    var trained =
        (NeuralNetworkClassificationModel) ((PipelineModel) model.bestModel()).stages()[1];
    assertEquals(20, trained.summary().objectiveHistory().length);
  }

  @Test
  void aParamMapForFitReachesTheLayers() {
    assertFollows(
        5,
        0.25,
        pipeline.fit(points, new ParamMap().put(dense.units(), 5).put(dropout.rate(), 0.25)));
  }
}
