package io.sparknn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How L-BFGS fares with labels and features in any unit, and how it ends. */
class LbfgsTest {

  private static final int ROWS = 200;

  private final Optimizer solver = Solver.LBFGS.create(0.9);
  private final float[] x = new float[ROWS];
  private final float[] y = new float[ROWS];
  private final float[] weights = {0.5f, 0};

  private void line(double features, double labels, double noise) {
    Random random = new Random(1);
    for (int i = 0; i < ROWS; i++) {
      double value = random.nextGaussian();
      x[i] = (float) (features * value);
      y[i] = (float) (labels * (2 * value + 1 + noise * random.nextGaussian()));
    }
  }

  /** The mean squared error of {@code weights[0] x + weights[1]}, and its gradient, in floats. */
  private double evaluate(float[] at, float[] gradient) {
    double loss = 0;
    double slope = 0;
    double shift = 0;
    for (int i = 0; i < ROWS; i++) {
      float error = at[0] * x[i] + at[1] - y[i];
      loss += (double) error * error / ROWS;
      slope += 2.0 * error * x[i] / ROWS;
      shift += 2.0 * error / ROWS;
    }
    gradient[0] = (float) slope;
    gradient[1] = (float) shift;
    return loss;
  }

  private void step() {
    float[] gradient = new float[2];
    double loss = evaluate(weights, gradient);
    solver.begin(new int[] {2}, 1, loss);
    solver.update(weights, 0, 2, gradient, 0, 1);
    solver.end(weights);
  }

  private double loss() {
    return evaluate(solver.settled(weights), new float[2]);
  }

  private void steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  private double variance() {
    double sum = 0;
    double squares = 0;
    for (float label : y) {
      sum += label;
      squares += (double) label * label;
    }
    return squares / ROWS - sum / ROWS * sum / ROWS;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 1e-8, 1e-6, 1e-5, 1e-3, 1, 1e3, 1e6, 1e12})
  void labelsMayHaveAnyUnit(double unit) {
    line(1, unit, 0);
    weights[0] *= (float) unit;
    steps(40);
    assertTrue(loss() < 1e-9 * variance(), loss() / variance() + " of the variance is left");
    assertEquals(2, weights[0] / unit, 1e-4);
    assertEquals(1, weights[1] / unit, 1e-4);
  }

  @ParameterizedTest
  @CsvSource({"1e-4, 1", "1e-2, 1", "1e2, 1", "1e3, 1", "1e4, 1", "1e5, 1e-3", "1e3, 1e-6"})
  void featuresMayHaveAnyUnit(double features, double labels) {
    line(features, labels, 0.1);
    steps(100);
    assertTrue(loss() < 0.0101 * variance(), loss() / variance() + " of the variance is left");
  }

  /** The end of a training does not depend on whether the last step was a good one. */
  @Test
  void anUntestedStepIsNotKept() {
    line(1e4, 1, 0.1);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 60; i++) {
      step();
      boolean isDaring = solver.settled(weights) != weights;
      if (isDaring) {
        assertTrue(loss() <= least * (1 + 1e-6), loss() + " after " + least);
      }
      least = Math.min(least, loss());
    }
  }

  @Test
  void aRefusedStepIsTakenBackAtTheEnd() {
    line(1e4, 1, 0);
    float[] start = weights.clone();
    step();
    assertSame(weights, solver.settled(weights), "the first step is kept");
    step();
    assertNotEquals(start[0], weights[0]);
    assertArrayEquals(start, solver.settled(weights));
  }

  @Test
  void theExpectedDecreaseTellsHowFarItIs() {
    line(1, 1e-5, 0.5);
    assertEquals(0, solver.expectedDecrease());
    steps(3);
    double early = loss();
    assertTrue(solver.expectedDecrease() > 1e-3 * early);
    steps(40);
    assertTrue(solver.expectedDecrease() < 1e-6 * loss());
    assertFalse(solver.isStuck());
  }

  /** A gradient that points uphill. */
  @Test
  void aSolverWithoutAWayDownIsStuck() {
    float[] at = {1};
    for (int i = 0; i < 50; i++) {
      solver.begin(new int[] {1}, 1, at[0] * at[0]);
      solver.update(at, 0, 1, new float[] {-at[0]}, 0, 1);
      solver.end(at);
    }
    assertTrue(solver.isStuck());
    assertArrayEquals(new float[] {1}, solver.settled(at));
  }

  @Test
  void aSolverAtTheBottomIsNotStuck() {
    float[] at = {0};
    for (int i = 0; i < 50; i++) {
      solver.begin(new int[] {1}, 1, 3);
      solver.update(at, 0, 1, new float[] {0}, 0, 1);
      solver.end(at);
    }
    assertFalse(solver.isStuck());
    assertEquals(0, solver.expectedDecrease());
  }
}
