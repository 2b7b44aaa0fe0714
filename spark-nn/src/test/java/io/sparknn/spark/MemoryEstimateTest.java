package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Clipping;
import io.sparknn.optim.Schedule;
import io.sparknn.optim.Solver;
import io.sparknn.spark.MemoryEstimate.Layout;
import io.sparknn.tensor.Shape;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.EarlyStopping;
import io.sparknn.training.Recipe;
import io.sparknn.training.StepRule;
import io.sparknn.training.Trainer;
import io.sparknn.training.TrainingListener;
import io.sparknn.training.TrainingState;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The estimate before a training, and what the training then holds. */
class MemoryEstimateTest {

  private static final double MOST = 1.5;

  /** In bytes. */
  private static final long SETTLED = 50_000;

  private static final int ROWS = 3000;
  private static final int UNITS = 1000;

  private static Network network() {
    Graph graph = Graph.input("x", Shape.of(1));
    for (int i = 0; i < 3; i++) {
      graph = graph.then("hidden" + i, new Dense(UNITS, ActivationFunction.RELU));
    }
    return new Network(
        graph.then("head", new Dense(2, ActivationFunction.LINEAR)).readable(),
        List.of(Shape.of(1)));
  }

  private static Recipe recipe(int localSteps) {
    StepRule rule =
        new StepRule(
            () -> Solver.ADAM.create(Solver.ADAM.defaults()),
            0.001,
            () -> Schedule.parse("constant"),
            Clipping.NONE,
            0,
            localSteps);
    BatchPlan plan = new BatchPlan(ROWS, ROWS, 1);
    return new Recipe(plan, new SoftmaxCrossEntropy(), rule, Integer.MAX_VALUE);
  }

  private static TrainingData data() {
    Dataset<Row> rows = LocalSpark.spark().range(0, ROWS, 1, 2).selectExpr("id / 1000.0", "id % 2");
    ValueReader feature = new ValueReader("x", DataTypes.DoubleType);
    ValueReader label = new ValueReader("label", DataTypes.LongType);
    Shape one = Shape.of(1);
    return new TrainingData(
        rows,
        new Packer(List.of(feature), List.of(one), label, one, null),
        StorageLevel.MEMORY_AND_DISK());
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Once nothing is left that tests before have left behind. */
  private static long settled() throws InterruptedException {
    long before = Long.MAX_VALUE;
    long now = used();
    for (int i = 0; i < 50 && Math.abs(before - now) > SETTLED; i++) {
      Thread.sleep(100);
      before = now;
      now = used();
    }
    return now;
  }

  /** Collects garbage after each iteration, and keeps what is left after the last. */
  private static final class Meter implements TrainingListener {
    private long held;

    @Override
    public void onState(TrainingState state) {
      held = used();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theEstimateIsWhatTrainingHolds(int localSteps) throws InterruptedException {
    Network network = network();
    Recipe recipe = recipe(localSteps);
    try (TrainingData data = data()) {
      Preflight preflight = new Preflight(data, null, network, recipe, 0);
      MemoryEstimate estimate = MemoryEstimate.of(network, recipe, true, false, preflight.layout());
      assertEquals(2, estimate.replicas());
      Meter meter = new Meter();
      Trainer trainer =
          new Trainer(
              network, recipe.plan(), recipe.rule(), 2, new EarlyStopping(1, 0), List.of(meter));
      long before = settled();
      TrainingState state = trainer.start(network.initialWeights(1));
      try (RddGradientSource source =
          new RddGradientSource(
              data, null, network, recipe, AggregationMode.BARRIER, 0, GradientPrecision.FLOAT32)) {
        trainer.train(state, source);
      }
      double held = meter.held - before;
      double ratio = (estimate.driver() + estimate.executor()) / held;
      System.out.printf(Locale.ROOT, "%.2f of %.1f MB%n", ratio, held / 1e6);
      assertTrue(
          ratio > 1 / MOST && ratio < MOST,
          () -> String.format(Locale.ROOT, "estimated %.2f of what is held", ratio));
    }
  }

  @Test
  void processesOfTheirOwnHaveMessagesAndCopies() {
    Network network = network();
    long bytes = 4L * network.size();
    Layout cluster = new Layout(100, 0, 1, 4, 3);
    MemoryEstimate plain = MemoryEstimate.of(network, recipe(1), false, false, cluster);
    assertEquals(3 * bytes, plain.state());
    assertEquals(7 * bytes, plain.messages());
    assertEquals(4 * bytes, plain.copies());
    assertEquals(4 * plain.replica() + 4 * bytes, plain.executor());
    MemoryEstimate more = MemoryEstimate.of(network, recipe(1), true, true, cluster);
    assertEquals(2 * 4 * bytes, more.state());
    MemoryEstimate local =
        MemoryEstimate.of(network, recipe(1), false, false, new Layout(100, 0, 1, 4, 0));
    assertEquals(plain.state(), local.driver());
    assertEquals(4 * plain.replica(), local.executor());
  }

  @Test
  void partsOfBatchesTakeLess() {
    Network network = network();
    Layout layout = new Layout(1000, 0, 1, 1, 0);
    Recipe whole = recipe(1);
    Recipe parts = new Recipe(whole.plan(), whole.loss(), whole.rule(), 100);
    long sum = 4L * network.gradientSize();
    long activations = MemoryEstimate.of(network, whole, false, false, layout).replica() - sum;
    assertEquals(
        activations / 10, MemoryEstimate.of(network, parts, false, false, layout).replica() - sum);
  }

  private static Heap heap(long needed) {
    return new Heap("an executor", needed << 20, 1000 << 20, "spark.executor.memory", "or less");
  }

  @Test
  void whatClearlyDoesNotFitIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> heap(1500).check(true)).getMessage();
    assertEquals(
        "training needs about 1500.0 MiB in an executor, whose heap has 1000.0 MiB: raise spark.executor.memory, or less; or set spark.nn.preflight to false to train all the same",
        message);
    assertTrue(heap(1500).check(false).orElseThrow().warns());
  }

  @Test
  void scarceMemoryIsWarnedOf() {
    assertEquals(Optional.empty(), heap(700).check(true));
    Finding finding = heap(701).check(true).orElseThrow();
    assertTrue(finding.warns());
    assertTrue(finding.text().contains("about 701.0 MiB in an executor"), finding.text());
  }
}
