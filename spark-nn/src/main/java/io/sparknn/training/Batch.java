package io.sparknn.training;

import io.sparknn.graph.Replica;
import io.sparknn.layer.Mask;
import io.sparknn.loss.Loss;
import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows that a replica trains on in one iteration. Ragged ones are gathered first, since the
 * longest of them tells how far they are padded; others are written into the replica's memory at
 * once.
 */
final class Batch {
  private final Replica replica;
  private final Loss loss;
  private final boolean trains;
  private final long key;
  private final long[] ids;
  private final List<Gathered> inputs = new ArrayList<>();
  private final Gathered labels;
  private final float[] weights;
  private int rows;

  private Batch(Replica replica, Loss loss, int capacity, boolean trains, long key) {
    this.replica = replica;
    this.loss = loss;
    this.trains = trains;
    this.key = key;
    this.ids = new long[capacity];
    this.weights = new float[capacity];
    this.labels = new Gathered(capacity);
    if (replica.network().isRagged()) {
      replica.network().inputShapes().forEach(shape -> inputs.add(new Gathered(capacity)));
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
    for (int i = 0; i < block.inputs().length; i++) {
      Values values = block.inputs()[i];
      if (inputs.isEmpty()) {
        replica.write(i, rows, values.data(), values.start(row), values.length(row));
      } else {
        inputs.get(i).add(values, row);
      }
    }
    labels.add(block.labels(), row);
    weights[rows] = block.weights()[row];
    ids[rows++] = id;
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
    if (!inputs.isEmpty()) {
      begin(lengths());
      write();
    }
    replica.forward(networkWeights);
  }

  private int[][] lengths() {
    List<Shape> shapes = replica.network().inputShapes();
    int[][] lengths = new int[shapes.size()][];
    for (int i = 0; i < lengths.length; i++) {
      Shape shape = shapes.get(i);
      lengths[i] = shape.isRagged() ? inputs.get(i).steps(shape.stepSize()) : null;
    }
    return lengths;
  }

  private void write() {
    for (int i = 0; i < inputs.size(); i++) {
      Gathered input = inputs.get(i);
      for (int row = 0; row < rows; row++) {
        replica.write(i, row, input.data(), input.start(row), input.length(row));
      }
    }
  }

  /** Computes loss and gradient of the replica's output. */
  Sums evaluate(Tensor gradient) {
    Tensor output = replica.output();
    Shape shape = output.shape();
    if (shape.rank() == 2) {
      Evaluation evaluation = loss.evaluate(output, labels.exact(), weights, gradient);
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
    float[] stepLabels = new float[rows * steps * labelSize];
    float[] stepWeights = new float[rows * steps];
    for (int row = 0; row < rows; row++) {
      int length = mask == null ? steps : mask.length(row);
      if (labels.length(row) != length * labelSize) {
        throw new IllegalArgumentException(
            "a row has %d labels for %d steps; each step needs %d"
                .formatted(labels.length(row), length, labelSize));
      }
      System.arraycopy(
          labels.data(),
          labels.start(row),
          stepLabels,
          row * steps * labelSize,
          length * labelSize);
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
