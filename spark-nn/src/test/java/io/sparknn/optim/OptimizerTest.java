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
    solver.create(0.5).step(weights, new float[] {1, 1, 1}, 2, 0.1);
    assertArrayEquals(new float[] {0.9f, 0.9f, 1}, weights, 1e-6f);
  }

  @ParameterizedTest
  @EnumSource
  void everyOptimizerHasItsOwnState(Solver solver) {
    for (int run = 0; run < 2; run++) {
      float[] weights = {0};
      solver.create(0.9).step(weights, new float[] {2}, 1, 0.5);
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
