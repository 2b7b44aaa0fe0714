package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.init.Initializer;
import io.sparknn.layer.attention.MultiHeadAttention;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.embed.SinusoidalPositionEncoding;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Adam;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Copying: the output at each step is the token at another step. Tokens are random, so attention
 * must learn from where to copy, and its scores must show it. None occurs twice in a row: otherwise
 * a step whose own token is the one to copy may as well look at itself.
 */
@Tag("learning")
class CopyTaskTest {
  private static final int MAX_STEPS = 16;
  private static final int TOKENS = MAX_STEPS + 4;
  private static final int FEATURES = 32;
  private static final int TRAINING_ROWS = 4000;
  private static final int TEST_ROWS = 200;
  private static final int BATCH = 50;
  private static final int EPOCHS = 12;
  private static final double STEP_SIZE = 0.003;

  /** From where each step copies. */
  private interface Source {
    int of(int step, int length);
  }

  /** Random tokens, and from where to copy them. */
  private record Task(String name, boolean ragged, boolean causal, Source source) {

    RowBlock rows(int rows, long seed) {
      Random random = new Random(seed);
      int[] ends = new int[rows];
      float[] tokens = new float[rows * MAX_STEPS];
      float[] labels = new float[rows * MAX_STEPS];
      int start = 0;
      for (int row = 0; row < rows; row++) {
        int length = ragged ? 1 + random.nextInt(MAX_STEPS) : MAX_STEPS;
        List<Integer> order = new ArrayList<>(IntStream.range(0, TOKENS).boxed().toList());
        Collections.shuffle(order, random);
        for (int step = 0; step < length; step++) {
          tokens[start + step] = order.get(step);
        }
        for (int step = 0; step < length; step++) {
          labels[start + step] = tokens[start + source.of(step, length)];
        }
        start += length;
        ends[row] = start;
      }
      float[] weights = new float[rows];
      Arrays.fill(weights, 1);
      return new RowBlock(
          rows,
          new Values[] {new Values(rows, Arrays.copyOf(tokens, start), ends)},
          new Values(rows, Arrays.copyOf(labels, start), ends),
          weights);
    }

    Network network() {
      Shape shape = Shape.of(ragged ? Shape.RAGGED : MAX_STEPS);
      Graph graph =
          Graph.input("tokens", shape)
              .then(
                  "embedding",
                  new Embedding(List.of(TOKENS), FEATURES, -1, Initializer.GLOROT_UNIFORM))
              .then("positions", new SinusoidalPositionEncoding())
              .then(
                  "attention",
                  new MultiHeadAttention(
                      1,
                      0,
                      FEATURES,
                      0,
                      0,
                      true,
                      causal,
                      0,
                      false,
                      Initializer.GLOROT_UNIFORM,
                      Initializer.ZEROS))
              .then("token", new Dense(TOKENS, ActivationFunction.LINEAR));
      return new Network(graph.readable(), List.of(shape));
    }
  }

  /** The shares of steps whose token is right, and whose greatest score is that of its source. */
  private record Result(double accuracy, double alignment) {}

  private static Result learn(Task task) {
    Network network = task.network();
    float[] weights = network.initialWeights(1);
    BatchPlan plan = new BatchPlan(TRAINING_ROWS, BATCH, 1);
    LocalGradientSource source =
        new LocalGradientSource(
            network,
            new Recipe(plan, new SoftmaxCrossEntropy()),
            List.of(List.of(task.rows(TRAINING_ROWS, 1))));
    long start = System.nanoTime();
    Loops.train(network, plan, new Adam(), STEP_SIZE, EPOCHS, List.of(), weights, source);
    double seconds = (System.nanoTime() - start) / 1e9;
    Result result = test(task, network, weights);
    System.out.printf(
        Locale.ROOT,
        "copy task, %s: %.4f of the tokens right, %.4f of the greatest scores at the source, in"
            + " %.0f s%n",
        task.name,
        result.accuracy,
        result.alignment,
        seconds);
    return result;
  }

  private static Result test(Task task, Network network, float[] weights) {
    RowBlock block = task.rows(TEST_ROWS, 2);
    Values tokens = block.inputs()[0];
    int[] lengths = new int[TEST_ROWS];
    Arrays.setAll(lengths, tokens::length);
    Replica replica = new Replica(network);
    replica.start(TEST_ROWS, new int[][] {task.ragged ? lengths : null});
    for (int row = 0; row < TEST_ROWS; row++) {
      replica.write(0, row, tokens.data(), tokens.start(row), lengths[row]);
    }
    replica.forward(weights);
    Tensor scores = replica.attentionScores("multiheadattention");
    int right = 0;
    int aligned = 0;
    for (int row = 0; row < TEST_ROWS; row++) {
      for (int step = 0; step < lengths[row]; step++) {
        int place = row * MAX_STEPS + step;
        float label = block.labels().data()[block.labels().start(row) + step];
        right += greatest(replica.output(), place) == (int) label ? 1 : 0;
        aligned += greatest(scores, place) == task.source.of(step, lengths[row]) ? 1 : 0;
      }
    }
    double steps = Arrays.stream(lengths).sum();
    return new Result(right / steps, aligned / steps);
  }

  /** The index of the greatest element of a matrix' row. */
  private static int greatest(Tensor matrix, int row) {
    int start = matrix.offset() + row * matrix.columns();
    int greatest = 0;
    for (int i = 1; i < matrix.columns(); i++) {
      greatest = matrix.data()[start + i] > matrix.data()[start + greatest] ? i : greatest;
    }
    return greatest;
  }

  @Test
  void scoresShowTheAlignmentOfReversing() {
    Result result = learn(new Task("reversing", false, false, (step, length) -> length - 1 - step));
    assertTrue(result.accuracy > 0.99, result.toString());
    assertTrue(result.alignment > 0.95, result.toString());
  }

  @Test
  void scoresShowTheAlignmentOfCopyingThePreviousTokenInRaggedRows() {
    Result result =
        learn(
            new Task("one step late, ragged", true, true, (step, length) -> Math.max(step - 1, 0)));
    assertTrue(result.accuracy > 0.99, result.toString());
    assertTrue(result.alignment > 0.95, result.toString());
  }
}
