package io.sparknn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {

  /** A size that no vector divides, beyond a block. */
  private static final int SIZE = 5003;

  private static final int[] ENDS = {12, 3001, SIZE};

  private static Optimizer optimizer(Solver solver) {
    return solver.create(solver.defaults());
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A loss and its gradient. */
  private interface Function {
    double evaluate(float[] weights, float[] gradient);
  }

  /** {@code (1 + i mod 3) / 2 * w^2}, summed up. */
  private static double bowl(float[] weights, float[] gradient) {
    double loss = 0;
    for (int i = 0; i < weights.length; i++) {
      int curvature = 1 + i % 3;
      gradient[i] = curvature * weights[i];
      loss += 0.5 * curvature * weights[i] * weights[i];
    }
    return loss;
  }

  private static double rosenbrock(float[] weights, float[] gradient) {
    double x = weights[0];
    double y = weights[1];
    gradient[0] = (float) (-400 * x * (y - x * x) - 2 * (1 - x));
    gradient[1] = (float) (200 * (y - x * x));
    return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x);
  }

  /** Makes steps, and returns the loss before the last. */
  private static double minimize(
      Function function, Optimizer optimizer, float[] weights, double stepSize, int steps) {
    float[] gradient = new float[weights.length];
    double loss = 0;
    for (int step = 0; step < steps; step++) {
      loss = function.evaluate(weights, gradient);
      optimizer.begin(new int[] {weights.length}, stepSize, loss);
      optimizer.update(weights, 0, weights.length, gradient, 0, 1);
      optimizer.end(weights);
    }
    return loss;
  }

  /** Statistics lie behind the trainable weights. */
  @ParameterizedTest
  @EnumSource
  void onlyTheFirstElementsMove(Solver solver) {
    float[] weights = {1, 1, 1};
    Optimizer optimizer = optimizer(solver);
    optimizer.begin(new int[] {1, 2}, 0.1, 1);
    optimizer.update(weights, 0, 2, new float[] {1, 1, 1}, 0, 1);
    optimizer.end(weights);
    assertTrue(weights[0] < 1 && weights[1] < 1);
    assertEquals(1, weights[2]);
  }

  /** The first step of most is against the gradient's sign, as long as the step size. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"NESTEROV", "RMSPROP", "LAMB", "LBFGS"})
  void aFirstStepIsOfTheStepSize(Solver solver) {
    for (int run = 0; run < 2; run++) {
      float[] weights = {0};
      Optimizer optimizer = optimizer(solver);
      optimizer.begin(new int[] {1}, 0.5, 1);
      optimizer.update(weights, 0, 1, new float[] {2}, 0, 1);
      optimizer.end(weights);
      double nadam = 0.5 * (1 - mu(1) + 0.1 * mu(2) * (1 - mu(1)) / (1 - mu(1) * mu(2)));
      double expected =
          switch (solver) {
            case SGD -> -1;
            case NADAM -> -nadam / (1 - mu(1));
            default -> -0.5;
          };
      assertEquals(expected, weights[0], 1e-6);
    }
  }

  private static double mu(int step) {
    return 0.9 * (1 - Math.pow(0.96, 0.004 * step) / 2);
  }

  @ParameterizedTest
  @EnumSource
  void aStepInPartsIsTheSame(Solver solver) {
    float[] whole = random(1);
    float[] parts = whole.clone();
    Optimizer once = optimizer(solver);
    Optimizer often = optimizer(solver);
    for (int step = 0; step < 4; step++) {
      float[] gradient = random(10 + step);
      once.begin(ENDS, 0.01, 1);
      once.update(whole, 0, SIZE, gradient, 0, 0.5f);
      once.end(whole);
      often.begin(ENDS, 0.01, 1);
      for (int from = 0; from < SIZE; from += 1000) {
        int to = Math.min(SIZE, from + 1000);
        float[] part = new float[to - from + 3];
        System.arraycopy(gradient, from, part, 3, to - from);
        often.update(parts, from, to, part, 3, 0.5f);
      }
      often.end(parts);
    }
    assertArrayEquals(whole, parts);
  }

  @ParameterizedTest
  @EnumSource
  void rowsWithoutGradientStay(Solver solver) {
    float[] weights = random(2);
    float[] start = weights.clone();
    Optimizer optimizer = optimizer(solver);
    for (int step = 0; step < 4; step++) {
      float[] gradient = random(20 + step);
      optimizer.begin(ENDS, 0.01, 1);
      optimizer.update(weights, 100, 200, gradient, 100, 1);
      optimizer.update(weights, 3001, SIZE, gradient, 3001, 1);
      optimizer.end(weights);
    }
    for (int i = 0; i < SIZE; i++) {
      if (i < 100 || (i >= 200 && i < 3001)) {
        assertEquals(start[i], weights[i], "element " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRestoredOptimizerContinuesToTheBit(Solver solver) {
    float[] weights = random(3);
    Optimizer first = optimizer(solver);
    Consumer<Optimizer> steps = optimizer -> minimizeBowl(optimizer, weights, 15);
    steps.accept(first);
    OptimizerState state = first.state();
    float[] saved = weights.clone();
    steps.accept(first);
    float[] expected = weights.clone();

    for (Optimizer second : new Optimizer[] {optimizer(solver), first}) {
      System.arraycopy(saved, 0, weights, 0, SIZE);
      second.restore(state);
      steps.accept(second);
      assertArrayEquals(expected, weights);
    }
  }

  /** With L-BFGS some of the steps go too far. */
  private static void minimizeBowl(Optimizer optimizer, float[] weights, int steps) {
    minimize(OptimizerTest::bowl, optimizer, weights, 1.5, steps);
  }

  @ParameterizedTest
  @EnumSource
  void aFreshStateIsRestored(Solver solver) {
    Optimizer used = optimizer(solver);
    float[] weights = random(4);
    minimizeBowl(used, weights, 3);
    used.restore(optimizer(solver).state());
    float[] other = weights.clone();
    minimizeBowl(used, weights, 3);
    minimizeBowl(optimizer(solver), other, 3);
    assertArrayEquals(other, weights);
  }

  @ParameterizedTest
  @EnumSource
  void anotherOptimizersStateIsRefused(Solver solver) {
    Solver other = Solver.values()[(solver.ordinal() + 1) % Solver.values().length];
    assertEquals(
        "the state must be of %s; received one of %s: continue with the solver that wrote it"
            .formatted(solver, other),
        assertThrows(
                IllegalArgumentException.class,
                () -> optimizer(solver).restore(optimizer(other).state()))
            .getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void aStateOfAnotherSizeIsRefused(Solver solver) {
    Optimizer three = optimizer(solver);
    three.begin(new int[] {3}, 0.1, 1);
    Optimizer two = optimizer(solver);
    two.begin(new int[] {2}, 0.1, 1);
    OptimizerState state = three.state();
    assertEquals(
        solver + " has a state of 2 weights; received one of 3",
        assertThrows(IllegalArgumentException.class, () -> two.restore(state)).getMessage());
    Optimizer fresh = optimizer(solver);
    fresh.restore(state);
    assertEquals(
        solver + " continues with 3 weights; received 2: start a new optimiser",
        assertThrows(IllegalArgumentException.class, () -> fresh.begin(new int[] {2}, 0.1, 1))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "SGD, 0.05, 300",
    "NESTEROV, 0.05, 300",
    "ADAGRAD, 0.5, 500",
    "RMSPROP, 0.001, 3000",
    "ADAM, 0.02, 1000",
    "ADAMW, 0.02, 1000",
    "ADAMAX, 0.02, 1000",
    "NADAM, 0.02, 1000",
    "LION, 0.001, 3000",
    "LAMB, 0.02, 1000",
    "LBFGS, 1, 30",
  })
  void aBowlIsMinimized(Solver solver, double stepSize, int steps) {
    float[] weights = {1, -2, 0.5f, 1.5f, -1, 0.1f, 0.3f};
    double loss = minimize(OptimizerTest::bowl, optimizer(solver), weights, stepSize, steps);
    assertTrue(loss < 1e-4, "loss " + loss + " at " + Arrays.toString(weights));
  }

  /** LAMB's steps shrink with the weights: it does not pass by 0. */
  @ParameterizedTest
  @CsvSource({
    "SGD, -1.2, 0.0005, 10000",
    "NESTEROV, -1.2, 0.0005, 10000",
    "ADAGRAD, -1.2, 0.5, 10000",
    "RMSPROP, -1.2, 0.001, 10000",
    "ADAM, -1.2, 0.01, 10000",
    "ADAMW, -1.2, 0.01, 10000",
    "ADAMAX, -1.2, 0.01, 10000",
    "NADAM, -1.2, 0.01, 10000",
    "LION, -1.2, 0.0005, 10000",
    "LAMB, 2, 0.001, 10000",
    "LBFGS, -1.2, 1, 100",
  })
  void rosenbrocksValleyIsWalkedDown(Solver solver, float x, double stepSize, int steps) {
    float[] weights = {x, 1};
    Optimizer optimizer = solver.create(solver.defaults().withWeightDecay(0));
    double loss = minimize(OptimizerTest::rosenbrock, optimizer, weights, stepSize, steps);
    assertTrue(loss < 0.01, "loss " + loss + " at " + Arrays.toString(weights));
  }

  /** A step that made the loss greater is halved until it does not. */
  @Test
  void lbfgsGoesBack() {
    float[] weights = {2};
    Optimizer optimizer = optimizer(Solver.LBFGS);
    float[] places = new float[6];
    float[] gradient = new float[1];
    for (int step = 0; step < places.length; step++) {
      places[step] = weights[0];
      double w = weights[0];
      gradient[0] = (float) w;
      optimizer.begin(new int[] {1}, 16, w * w / 2);
      optimizer.update(weights, 0, 1, gradient, 0, 1);
      optimizer.end(weights);
    }
    assertArrayEquals(new float[] {2, -14, -6, -2, 0, 0}, places, 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void impossibleMomentumIsRefused(double momentum) {
    assertEquals(
        "momentum must be in [0, 1); received " + momentum,
        assertThrows(IllegalArgumentException.class, () -> new Momentum(momentum)).getMessage());
  }

  @Test
  void impossibleNumbersAreRefused() {
    Hyperparameters numbers = Solver.ADAM.defaults();
    assertRefused("beta1 must be in [0, 1); received 1.0", () -> numbers.withBetas(1, 0.9));
    assertRefused("beta2 must be in [0, 1); received -1.0", () -> numbers.withBetas(0.9, -1));
    assertRefused("rho must be in [0, 1); received NaN", () -> numbers.withRho(Double.NaN));
    assertRefused("epsilon must be above 0; received 0.0", () -> numbers.withEpsilon(0));
    assertRefused(
        "weightDecay must be at least 0; received Infinity",
        () -> numbers.withWeightDecay(Double.POSITIVE_INFINITY));
    assertRefused(
        "weightDecay must be 0 with solver adam; received 0.1: use adamw, or l2 of the layers",
        () -> Solver.ADAM.create(numbers.withWeightDecay(0.1)));
  }

  private static void assertRefused(String message, Runnable work) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }

  @Test
  void namesAreThoseThatUsersWrite() {
    assertEquals("sgd", Solver.SGD.toString());
    assertEquals("adam", Solver.ADAM.toString());
    assertEquals("rmsprop", Solver.RMSPROP.toString());
  }
}
