package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.Loss;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.OptimizerState;
import io.sparknn.optim.Solver;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training by each solver. */
class SolversTest {
  private static final int ROWS = 60;
  private static final Loss LOSS = new SoftmaxCrossEntropy();
  private static final Network NETWORK =
      new Network(
          Graph.input("x", Shape.of(2))
              .then("hidden", new Dense(8, ActivationFunction.TANH))
              .then("classes", new Dense(2, ActivationFunction.LINEAR))
              .readable(),
          List.of(Shape.of(2)));

  /** Whether points lie in a disc; rows weigh 2. */
  private static RowBlock rows() {
    Random random = new Random(3);
    float[] points = new float[2 * ROWS];
    float[] labels = new float[ROWS];
    float[] weights = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      float x = random.nextFloat(-1, 1);
      float y = random.nextFloat(-1, 1);
      points[2 * i] = x;
      points[2 * i + 1] = y;
      labels[i] = x * x + y * y < 0.6 ? 1 : 0;
      weights[i] = 2;
    }
    return new RowBlock(
        ROWS, new Values[] {Values.even(ROWS, points)}, Values.even(ROWS, labels), weights);
  }

  private static List<Double> losses(Optimizer optimizer, double stepSize, int epochs) {
    BatchPlan plan = new BatchPlan(ROWS, ROWS, 5);
    History history = new History();
    GradientSource source =
        new LocalGradientSource(NETWORK, new Recipe(plan, LOSS), List.of(List.of(rows())));
    float[] weights = NETWORK.initialWeights(1);
    Loops.train(NETWORK, plan, optimizer, stepSize, epochs, List.of(history), weights, source);
    return history.epochs().stream().map(Progress::loss).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "SGD, 0.1, 300",
    "NESTEROV, 0.1, 300",
    "ADAGRAD, 0.1, 300",
    "RMSPROP, 0.01, 300",
    "ADAM, 0.02, 300",
    "ADAMW, 0.02, 300",
    "ADAMAX, 0.02, 300",
    "NADAM, 0.02, 300",
    "LION, 0.005, 300",
    "LAMB, 0.02, 300",
    "LBFGS, 1, 60",
  })
  void aDiscIsLearnt(Solver solver, double stepSize, int epochs) {
    List<Double> losses = losses(solver.create(solver.defaults()), stepSize, epochs);
    assertTrue(losses.get(0) > 0.5, "at first " + losses.get(0));
    assertTrue(losses.get(epochs - 1) < 0.25, "at last " + losses.get(epochs - 1));
  }

  /** L-BFGS judges a step by the loss; LAMB measures each tensor. */
  @Test
  void anOptimizerHearsOfLossAndTensors() {
    List<Double> heard = new ArrayList<>();
    Optimizer listening =
        new Optimizer() {
          private boolean isOpen;

          @Override
          public void begin(int[] ends, double stepSize, double loss) {
            assertArrayEquals(new int[] {16, 24, 40, 42}, ends);
            heard.add(loss);
            isOpen = true;
          }

          @Override
          public void update(
              float[] weights, int from, int to, float[] gradient, int offset, float scale) {
            assertTrue(isOpen);
          }

          @Override
          public void end(float[] weights) {
            isOpen = false;
          }

          @Override
          public OptimizerState state() {
            throw new UnsupportedOperationException();
          }

          @Override
          public void restore(OptimizerState state) {
            throw new UnsupportedOperationException();
          }
        };
    List<Double> losses = losses(listening, 0.1, 2);
    assertEquals(losses, heard);
  }
}
