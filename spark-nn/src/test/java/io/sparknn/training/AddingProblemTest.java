package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.recurrent.GRU;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.layer.recurrent.SimpleRNN;
import io.sparknn.loss.Regression;
import io.sparknn.optim.Adam;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.RowBlock.Values;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The adding problem (Hochreiter and Schmidhuber, Neural Computation 1997): each step has a number
 * in [0, 1) and a mark; the output is the sum of the two marked numbers, one in each half of the
 * sequence. Who remembers nothing does best to answer 1: a mean squared error of 1/6.
 */
@Tag("learning")
class AddingProblemTest {
  private static final int STEPS = 150;
  private static final Shape SEQUENCE = Shape.of(STEPS, 2);
  private static final int UNITS = 32;
  private static final int TRAINING_ROWS = 20_000;
  private static final int TEST_ROWS = 1000;
  private static final int BATCH = 32;
  private static final int EPOCHS = 10;
  private static final double STEP_SIZE = 0.003;
  private static final double TRIVIAL = 1.0 / 6;

  private static RowBlock rows(int rows, long seed) {
    Random random = new Random(seed);
    float[] inputs = new float[rows * STEPS * 2];
    float[] labels = new float[rows];
    float[] weights = new float[rows];
    for (int row = 0; row < rows; row++) {
      for (int step = 0; step < STEPS; step++) {
        inputs[(row * STEPS + step) * 2] = random.nextFloat();
      }
      for (int half = 0; half < 2; half++) {
        int marked = (row * STEPS + half * STEPS / 2 + random.nextInt(STEPS / 2)) * 2;
        inputs[marked + 1] = 1;
        labels[row] += inputs[marked];
      }
      weights[row] = 1;
    }
    return new RowBlock(
        rows, new Values[] {Values.even(rows, inputs)}, Values.even(rows, labels), weights);
  }

  /** The mean squared error on rows that were not trained on. */
  private static double error(Layer layer) {
    Network network =
        new Network(
            Graph.input("x", SEQUENCE)
                .then("recurrent", layer)
                .then("sum", new Dense(1, ActivationFunction.LINEAR))
                .readable(),
            List.of(SEQUENCE));
    float[] weights = network.initialWeights(1);
    BatchPlan plan = new BatchPlan(TRAINING_ROWS, BATCH, 1);
    LocalGradientSource source =
        new LocalGradientSource(
            network,
            new Recipe(plan, new Regression.Squared()),
            List.of(List.of(rows(TRAINING_ROWS, 1))));
    long start = System.nanoTime();
    Loops.train(network, plan, new Adam(), STEP_SIZE, EPOCHS, List.of(), weights, source);
    double seconds = (System.nanoTime() - start) / 1e9;
    double error = test(network, weights);
    System.out.printf(
        Locale.ROOT,
        "adding problem, %d steps, %s: mean squared error %.4f (trivial %.4f) in %.0f s%n",
        STEPS,
        layer.kind(),
        error,
        TRIVIAL,
        seconds);
    return error;
  }

  private static double test(Network network, float[] weights) {
    RowBlock block = rows(TEST_ROWS, 2);
    Replica replica = new Replica(network);
    replica.start(TEST_ROWS);
    for (int row = 0; row < TEST_ROWS; row++) {
      replica.write(
          0, row, block.inputs()[0].data(), block.inputs()[0].start(row), SEQUENCE.size());
    }
    replica.forward(weights);
    Tensor output = replica.output();
    double sum = 0;
    for (int row = 0; row < TEST_ROWS; row++) {
      double difference = output.data()[output.offset() + row] - block.labels().data()[row];
      sum += difference * difference;
    }
    return sum / TEST_ROWS;
  }

  @Test
  void longShortTermMemoryAdds() {
    LSTM layer =
        new LSTM(
            UNITS,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            true,
            true,
            false,
            false,
            0,
            0,
            Initializer.GLOROT_UNIFORM,
            Initializer.ORTHOGONAL,
            Initializer.ZEROS);
    assertTrue(error(layer) < 0.01);
  }

  @Test
  void gatedRecurrentUnitsAdd() {
    GRU layer =
        new GRU(
            UNITS,
            ActivationFunction.TANH,
            ActivationFunction.SIGMOID,
            true,
            true,
            false,
            false,
            0,
            0,
            Initializer.GLOROT_UNIFORM,
            Initializer.ORTHOGONAL,
            Initializer.ZEROS);
    assertTrue(error(layer) < 0.01);
  }

  @Test
  void aSimpleLayerForgets() {
    SimpleRNN layer =
        new SimpleRNN(
            UNITS,
            ActivationFunction.TANH,
            true,
            false,
            false,
            0,
            0,
            Initializer.GLOROT_UNIFORM,
            Initializer.ORTHOGONAL,
            Initializer.ZEROS);
    assertTrue(error(layer) > 0.8 * TRIVIAL);
  }
}
