package io.sparknn.training;

import io.sparknn.graph.Replica;
import io.sparknn.layer.Mask;
import io.sparknn.loss.Loss;
import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.RowBlock.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The rows that a replica trains on in one iteration. Ragged ones are written once all are there,
 * since the longest of them tells how far they are padded; others are written into the replica's
 * memory at once.
 */
final class Batch {
  private final Replica replica;
  private final Loss loss;
  private final boolean trains;
  private final long key;
  private final long[] ids;
  private final ValuesBuilder labels;
  private final float[] weights;
  private int rows;

  /** Where each row is, and its place there, if they are ragged; else null. */
  private RowBlock[] blocks;

  private int[] places;

  private Batch(Replica replica, Loss loss, int capacity, boolean trains, long key) {
    this.replica = replica;
    this.loss = loss;
    this.trains = trains;
    this.key = key;
    this.ids = new long[capacity];
    this.weights = new float[capacity];
    this.labels = new ValuesBuilder(capacity);
    if (replica.network().isRagged()) {
      blocks = new RowBlock[capacity];
      places = new int[capacity];
    } else {
      begin(new int[replica.network().inputShapes().size()][]);
    }
  }

  /**
   * A batch to be trained on.
   *
   * @param capacity the number of rows that are to be added
   * @param key of the random choices in this iteration
   */
  static Batch toTrain(Replica replica, Loss loss, int capacity, long key) {
    return new Batch(replica, loss, capacity, true, key);
  }

  /** A batch to be scored. */
  static Batch toScore(Replica replica, Loss loss, int capacity) {
    return new Batch(replica, loss, capacity, false, 0);
  }

  private void begin(int[][] lengths) {
    if (trains) {
      replica.startTraining(ids.length, lengths, key, ids);
    } else {
      replica.start(ids.length, lengths);
    }
  }

  /** Takes a row over from a block. */
  void add(RowBlock block, int row, long id) {
    if (blocks == null) {
      write(block, row, rows);
    } else {
      blocks[rows] = block;
      places[rows] = row;
    }
    labels.add(block.labels(), row);
    weights[rows] = block.weights()[row];
    ids[rows++] = id;
  }

  private void write(RowBlock block, int from, int row) {
    for (int i = 0; i < block.inputs().length; i++) {
      Values values = block.inputs()[i];
      int start = values.start(from);
      int length = values.length(from);
      if (values.isSparse()) {
        replica.write(i, row, values.indices(), values.data(), start, length);
      } else {
        replica.write(i, row, values.data(), start, length);
      }
    }
  }

  /** Whether all rows are there. */
  boolean isFull() {
    return rows == ids.length;
  }

  int rows() {
    return rows;
  }

  /** The identity of a row. */
  long id(int row) {
    return ids[row];
  }

  /** Computes the replica's layers. */
  void forward(float[] networkWeights) {
    if (blocks != null) {
      begin(lengths());
      for (int row = 0; row < rows; row++) {
        write(blocks[row], places[row], row);
      }
    }
    replica.forward(networkWeights);
  }

  private int[][] lengths() {
    List<Shape> shapes = replica.network().inputShapes();
    int[][] lengths = new int[shapes.size()][];
    for (int i = 0; i < lengths.length; i++) {
      if (shapes.get(i).isRagged()) {
        lengths[i] = steps(i, shapes.get(i).stepSize());
      }
    }
    return lengths;
  }

  private int[] steps(int input, int stepSize) {
    int[] steps = new int[rows];
    Arrays.setAll(steps, row -> blocks[row].inputs()[input].length(places[row]) / stepSize);
    return steps;
  }

  /** Computes loss and gradient of the replica's output. */
  Sums evaluate(Tensor gradient) {
    Tensor output = replica.output();
    Shape shape = output.shape();
    if (shape.rank() == 2) {
      Evaluation evaluation = loss.evaluate(output, labels.dense(), weights, gradient);
      return new Sums(evaluation, sum(weights), rows);
    }
    return evaluateSteps(gradient, shape.extent(1));
  }

  /** Each step that counts is an example of its own, with its row's weight. */
  private Sums evaluateSteps(Tensor gradient, int steps) {
    Tensor output = replica.output();
    Mask mask = replica.outputMask();
    Shape flat = Shape.of(rows * steps, output.columns());
    int labelSize = loss.labelSize(output.columns());
    float[] all = labels.dense();
    float[] stepLabels = new float[rows * steps * labelSize];
    float[] stepWeights = new float[rows * steps];
    for (int row = 0; row < rows; row++) {
      int length = mask == null ? steps : mask.length(row);
      if (labels.length(row) != length * labelSize) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a row has %d labels for %d steps; each step needs %d",
                labels.length(row),
                length,
                labelSize));
      }
      System.arraycopy(
          all, labels.start(row), stepLabels, row * steps * labelSize, length * labelSize);
      for (int step = 0; step < length; step++) {
        boolean counts = mask == null || mask.counts(row, step);
        stepWeights[row * steps + step] = counts ? weights[row] : 0;
      }
    }
    Evaluation evaluation =
        loss.evaluate(output.as(flat), stepLabels, stepWeights, gradient.as(flat));
    return new Sums(evaluation, sum(stepWeights), rows);
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  /** Sums over the examples of a batch. */
  record Sums(Evaluation evaluation, double weight, int rows) {}
}
