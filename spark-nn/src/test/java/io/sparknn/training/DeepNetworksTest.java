package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.regularization.Dropout;
import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.Solver;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock.Values;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That skips, batch normalisation and dropout do what they are for; each prints its figures. */
@Tag("learning")
class DeepNetworksTest {
  private static final int INPUTS = 10;
  private static final double CHANCE = Math.log(2);
  private static final ActivationFunction RELU = ActivationFunction.RELU;

  /** Points labelled by the sign of a random quadratic form; some labels are wrong. */
  private static RowBlock points(int rows, double wrong, long seed) {
    Random form = new Random(99);
    double[][] q = new double[INPUTS][INPUTS];
    for (double[] line : q) {
      for (int j = 0; j < INPUTS; j++) {
        line[j] = form.nextGaussian();
      }
    }
    Random random = new Random(seed);
    float[] x = new float[rows * INPUTS];
    float[] labels = new float[rows];
    float[] weights = new float[rows];
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      for (int i = 0; i < INPUTS; i++) {
        x[row * INPUTS + i] = (float) random.nextGaussian();
      }
      for (int i = 0; i < INPUTS; i++) {
        for (int j = 0; j < INPUTS; j++) {
          sum += q[i][j] * x[row * INPUTS + i] * x[row * INPUTS + j];
        }
      }
      labels[row] = sum > 0 ^ random.nextDouble() < wrong ? 1 : 0;
      weights[row] = 1;
    }
    return new RowBlock(
        rows, new Values[] {Values.even(rows, x)}, Values.even(rows, labels), weights);
  }

  private static Graph input() {
    return Graph.input("x", Shape.of(INPUTS));
  }

  private static Network network(Graph body) {
    Graph graph = body.then("output", new Dense(2, ActivationFunction.LINEAR));
    return new Network(graph.readable(), List.of(Shape.of(INPUTS)));
  }

  /** Weights, and the greatest loss of a batch on the way there. */
  private record Trained(float[] weights, double peak) {}

  private static Trained train(
      Network network, RowBlock block, Optimizer optimizer, double stepSize, int epochs) {
    BatchPlan plan = new BatchPlan(block.rows(), 64, 1);
    float[] weights = network.initialWeights(1);
    LocalGradientSource source =
        new LocalGradientSource(
            network, new Recipe(plan, new SoftmaxCrossEntropy()), List.of(List.of(block)));
    History history = new History();
    Loops.train(network, plan, optimizer, stepSize, epochs, List.of(history), weights, source);
    double peak = history.iterations().stream().mapToDouble(Progress::loss).max().orElse(0);
    return new Trained(weights, peak);
  }

  /** The mean loss in scoring. */
  private static double loss(Network network, float[] weights, RowBlock block) {
    Replica replica = new Replica(network);
    replica.start(block.rows());
    System.arraycopy(
        block.inputs()[0].data(), 0, replica.input(0).data(), 0, block.rows() * INPUTS);
    replica.forward(weights);
    Evaluation evaluation =
        new SoftmaxCrossEntropy()
            .evaluate(
                replica.output(), block.labels().data(), block.weights(), replica.outputGradient());
    return evaluation.loss() / block.rows();
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  private static double lossOfStack(boolean skips) {
    Graph graph = input().then("first", new Dense(32, RELU));
    for (int i = 0; i < 40; i++) {
      Graph branch = graph.then("layer " + i, new Dense(32, ActivationFunction.SIGMOID));
      graph = skips ? Graph.join("add " + i, new Add(), List.of(graph, branch)) : branch;
    }
    Network network = network(graph);
    RowBlock block = points(4000, 0, 1);
    return loss(network, train(network, block, Solver.ADAM.create(0), 0.001, 30).weights, block);
  }

  @Test
  void fortyLayersTrainWithSkipsAndStallWithout() {
    double with = lossOfStack(true);
    double without = lossOfStack(false);
    print(
        "40 dense layers: loss %.3f with skips, %.3f without, %.3f at chance",
        with, without, CHANCE);
    assertTrue(with < 0.3 * CHANCE);
    assertTrue(without > 0.95 * CHANCE);
  }

  /** The final loss, and the greatest on the way. */
  private static double[] lossOfPlainOrNormalized(boolean normalized, double stepSize) {
    Graph graph = input();
    for (int i = 0; i < 4; i++) {
      graph = graph.then("dense " + i, new Dense(64, ActivationFunction.LINEAR));
      if (normalized) {
        graph = graph.then("norm " + i, new BatchNormalization(0.9, 1e-3, true, true));
      }
      graph = graph.then("relu " + i, new Activation(RELU));
    }
    Network network = network(graph);
    RowBlock block = points(4000, 0, 1);
    Trained trained;
    try {
      trained = train(network, block, Solver.SGD.create(0.9), stepSize, 30);
    } catch (ArithmeticException e) {
      return new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    }
    return new double[] {loss(network, trained.weights, block), trained.peak};
  }

  @Test
  void batchNormalizationTrainsAtAStepSizeAtWhichThePlainNetDiverges() {
    double stepSize = 0.3;
    double[] plain = lossOfPlainOrNormalized(false, stepSize);
    double[] normalized = lossOfPlainOrNormalized(true, stepSize);
    double[] small = lossOfPlainOrNormalized(false, stepSize / 20);
    print(
        "step size %.1f: loss %.3f with batch normalisation (at most %.1f on the way), %.3f without (%.1f); %.3f without at step size %.2f",
        stepSize, normalized[0], normalized[1], plain[0], plain[1], small[0], stepSize / 20);
    assertTrue(normalized[0] < 0.3 * CHANCE);
    assertTrue(plain[0] > 0.95 * CHANCE);
    // How far it goes astray hangs on the last bits of the sums, that it does so does not.
    assertTrue(plain[1] > 3 * normalized[1]);
    assertTrue(small[0] < 0.3 * CHANCE);
  }

  /** The gap between training and test loss on 300 rows, a tenth of them labelled wrongly. */
  private static double[] losses(double rate) {
    Graph graph = input();
    for (int i = 0; i < 2; i++) {
      graph =
          graph.then("dense " + i, new Dense(256, RELU)).then("dropout " + i, new Dropout(rate));
    }
    Network network = network(graph);
    RowBlock block = points(300, 0.1, 2);
    float[] weights = train(network, block, Solver.ADAM.create(0), 0.001, 60).weights;
    return new double[] {
      loss(network, weights, block), loss(network, weights, points(5000, 0.1, 3))
    };
  }

  @Test
  void dropoutNarrowsTheGapBetweenTrainingAndTestLoss() {
    double[] with = losses(0.5);
    double[] without = losses(0);
    print(
        "300 rows: loss %.3f in training, %.3f in test with dropout; %.3f and %.3f without",
        with[0], with[1], without[0], without[1]);
    assertTrue(with[1] - with[0] < 0.6 * (without[1] - without[0]));
    assertTrue(with[1] < without[1]);
  }
}
