package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Clipping;
import io.sparknn.optim.Schedule;
import io.sparknn.optim.Solver;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock.Values;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps that replicas make on their own. */
class LocalStepsTest {

  private static final int FIRST = 12;
  private static final int SECOND = 20;
  private static final BatchPlan PLAN = new BatchPlan(FIRST + SECOND, 8, 5);
  private static final Network NETWORK =
      new Network(
          Graph.input("x", Shape.of(2))
              .then("hidden", new Dense(4, ActivationFunction.TANH))
              .then("classes", new Dense(2, ActivationFunction.LINEAR))
              .readable(),
          List.of(Shape.of(2)));

  private static RowBlock rows(int count, int seed) {
    Random random = new Random(seed);
    float[] points = new float[2 * count];
    float[] labels = new float[count];
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      points[2 * i] = random.nextFloat(-1, 1);
      points[2 * i + 1] = random.nextFloat(-1, 1);
      labels[i] = points[2 * i] > points[2 * i + 1] ? 1 : 0;
      weights[i] = random.nextFloat(1, 3);
    }
    return new RowBlock(
        count, new Values[] {Values.even(count, points)}, Values.even(count, labels), weights);
  }

  private static StepRule rule(Solver solver, int localSteps) {
    return new StepRule(
        () -> solver.create(solver.defaults()),
        0.05,
        () -> Schedule.parse("exponential(0.5)"),
        new Clipping(Clipping.OFF, Clipping.OFF, 0.2),
        0,
        localSteps);
  }

  private static Recipe recipe(StepRule rule) {
    return new Recipe(PLAN, new SoftmaxCrossEntropy(), rule, Integer.MAX_VALUE);
  }

  private static TrainingState train(StepRule rule, int epochs, GradientSource source) {
    Trainer trainer = new Trainer(NETWORK, PLAN, rule, epochs, EarlyStopping.NEVER, List.of());
    TrainingState state = trainer.start(NETWORK.initialWeights(1));
    trainer.train(state, source);
    return state;
  }

  private static TrainingState train(StepRule rule, int epochs, List<List<RowBlock>> partitions) {
    return train(rule, epochs, new LocalGradientSource(NETWORK, recipe(rule), partitions));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LBFGS")
  void thoseOfOneReplicaAreCommonSteps(Solver solver) {
    List<List<RowBlock>> all = List.of(List.of(rows(FIRST, 1), rows(SECOND, 2)));
    TrainingState common = train(rule(solver, 1), 3, all);
    TrainingState local = train(rule(solver, 3), 3, all);
    assertArrayEquals(common.weights(), local.weights(), 1e-5f);
    assertEquals(common.history().get(2).loss(), local.history().get(2).loss(), 1e-5);
  }

  @Test
  void weightsAreAveragedByTheWeightOfTheRows() {
    RowBlock first = rows(FIRST, 1);
    RowBlock second = rows(SECOND, 2);
    StepRule alone = rule(Solver.SGD, 1);
    Replica replica = new Replica(NETWORK);
    GradientSource one =
        work ->
            new Share(recipe(alone), 0, FIRST)
                .compute(work, replica, NETWORK.newGradient(), List.of(first)::iterator);
    GradientSource other =
        work ->
            new Share(recipe(alone), FIRST, FIRST + SECOND)
                .compute(work, replica, NETWORK.newGradient(), List.of(second)::iterator);
    float[] a = train(alone, 1, one).weights();
    float[] b = train(alone, 1, other).weights();
    double weightA = sum(first.weights());
    double weightB = sum(second.weights());
    float[] expected = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      expected[i] = (float) ((weightA * a[i] + weightB * b[i]) / (weightA + weightB));
    }
    TrainingState local = train(rule(Solver.SGD, 99), 1, List.of(List.of(first), List.of(second)));
    assertArrayEquals(expected, local.weights(), 1e-6f);
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  @Test
  void anySnapshotContinuesToTheBit() {
    StepRule rule = rule(Solver.ADAM, 3);
    List<List<RowBlock>> partitions = List.of(List.of(rows(FIRST, 1)), List.of(rows(SECOND, 2)));
    GradientSource source = new LocalGradientSource(NETWORK, recipe(rule), partitions);
    TrainingState whole = train(rule, 4, source);
    TrainingState half = train(rule, 2, source);
    Trainer trainer = new Trainer(NETWORK, PLAN, rule, 4, EarlyStopping.NEVER, List.of());
    TrainingState resumed = trainer.start(NETWORK.initialWeights(9));
    resumed.restore(half.snapshot());
    trainer.train(resumed, source);
    assertArrayEquals(whole.weights(), resumed.weights(), 0);
  }
}
