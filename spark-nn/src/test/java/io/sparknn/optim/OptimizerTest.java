package io.sparknn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {

  /** Statistics lie behind the trainable weights. */
  @ParameterizedTest
  @EnumSource
  void onlyTheFirstElementsMove(Solver solver) {
    float[] weights = {1, 1, 1};
    Optimizer optimizer = solver.create(0.5);
    optimizer.begin(new int[] {2}, 0.1, 0);
    optimizer.update(weights, 0, 2, new float[] {1, 1, 1}, 0, 1);
    assertArrayEquals(new float[] {0.9f, 0.9f, 1}, weights, 1e-6f);
  }

  /** As with a sparse gradient, whose rows come one by one. */
  @ParameterizedTest
  @EnumSource
  void aStepInPartsIsTheSame(Solver solver) {
    float[] whole = {1, 2, 3, 4, 5};
    float[] parts = whole.clone();
    float[] gradient = {0.5f, -1, 2, 0, 3};
    Optimizer once = solver.create(0.5);
    Optimizer twice = solver.create(0.5);
    for (int step = 0; step < 3; step++) {
      once.begin(new int[] {5}, 0.1, 0);
      once.update(whole, 0, 5, gradient, 0, 1);
      twice.begin(new int[] {5}, 0.1, 0);
      twice.update(parts, 0, 2, gradient, 0, 1);
      twice.update(parts, 2, 5, new float[] {0, 4, 0, 6}, 1, 0.5f);
    }
    assertArrayEquals(whole, parts);
  }

  @ParameterizedTest
  @EnumSource
  void everyOptimizerHasItsOwnState(Solver solver) {
    for (int run = 0; run < 2; run++) {
      float[] weights = {0};
      Optimizer optimizer = solver.create(0.9);
      optimizer.begin(new int[] {1}, 0.5, 0);
      optimizer.update(weights, 0, 1, new float[] {2}, 0, 1);
      assertEquals(solver == Solver.SGD ? -1 : -0.5, weights[0], 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void impossibleMomentumIsRefused(double momentum) {
    assertEquals(
        "momentum must be in [0, 1); received " + momentum,
        assertThrows(IllegalArgumentException.class, () -> new Momentum(momentum)).getMessage());
  }

  @Test
  void namesAreThoseThatUsersWrite() {
    assertEquals("sgd", Solver.SGD.toString());
    assertEquals("adam", Solver.ADAM.toString());
  }
}
