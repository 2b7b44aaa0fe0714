package io.sparknn.training;

import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.layer.Mask;
import io.sparknn.loss.Loss;
import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows that a replica trains on in one iteration: gathered first, since the longest of them
 * tells how far ragged ones are padded.
 */
final class Batch {
  private final Loss loss;
  private final long[] ids;
  private final List<Gathered> inputs = new ArrayList<>();
  private final Gathered labels;
  private final float[] weights;
  private int rows;

  Batch(Network network, Loss loss, int rows) {
    this.loss = loss;
    this.ids = new long[rows];
    this.weights = new float[rows];
    network.inputShapes().forEach(shape -> inputs.add(new Gathered(rows)));
    this.labels = new Gathered(rows);
  }

  /** Takes a row over from a block. */
  void add(RowBlock block, int row, long id) {
    for (int i = 0; i < inputs.size(); i++) {
      inputs.get(i).add(block.inputs()[i], row);
    }
    labels.add(block.labels(), row);
    weights[rows] = block.weights()[row];
    ids[rows++] = id;
  }

  int rows() {
    return rows;
  }

  boolean isFull() {
    return rows == ids.length;
  }

  /** Forgets all rows and keeps the memory. */
  void clear() {
    inputs.forEach(Gathered::clear);
    labels.clear();
    rows = 0;
  }

  /** The identity of a row. */
  long id(int row) {
    return ids[row];
  }

  /** Begins a training step of the replica. */
  void start(Replica replica, long key) {
    replica.startTraining(rows, lengths(replica), key, ids);
    write(replica);
  }

  /** Begins to score the rows. */
  void startScoring(Replica replica) {
    replica.start(rows, lengths(replica));
    write(replica);
  }

  private int[][] lengths(Replica replica) {
    List<Shape> shapes = replica.network().inputShapes();
    int[][] lengths = new int[shapes.size()][];
    for (int i = 0; i < lengths.length; i++) {
      Shape shape = shapes.get(i);
      lengths[i] = shape.isRagged() ? inputs.get(i).steps(stepSize(shape)) : null;
    }
    return lengths;
  }

  private void write(Replica replica) {
    for (int i = 0; i < inputs.size(); i++) {
      Gathered input = inputs.get(i);
      for (int row = 0; row < rows; row++) {
        replica.write(i, row, input.data, input.start(row), input.length(row));
      }
    }
  }

  private static int stepSize(Shape ragged) {
    return ragged.rank() == 1 ? 1 : ragged.with(0, 1).size();
  }

  /** Computes loss and gradient of the replica's output. */
  Sums evaluate(Replica replica, Tensor gradient) {
    Tensor output = replica.output();
    Shape shape = output.shape();
    if (shape.rank() == 2) {
      float[] exact = isFull() ? weights : Arrays.copyOf(weights, rows);
      Evaluation evaluation = loss.evaluate(output, labels.exact(), exact, gradient);
      return new Sums(evaluation, sum(exact), rows);
    }
    return evaluateSteps(replica, gradient, shape.extent(1));
  }

  /** Each step that counts is an example of its own, with its row's weight. */
  private Sums evaluateSteps(Replica replica, Tensor gradient, int steps) {
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
          labels.data, labels.start(row), stepLabels, row * steps * labelSize, length * labelSize);
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

  /** A column's values of the gathered rows, one row after another. */
  private static final class Gathered {
    private final int[] ends;
    private float[] data = {};
    private int rows;

    Gathered(int rows) {
      ends = new int[rows];
    }

    void add(Values values, int row) {
      int length = values.length(row);
      int start = start(rows);
      if (data.length < start + length) {
        // Enough for all rows if they are equally long.
        data =
            Arrays.copyOf(data, Math.max(2 * data.length, start + length * (ends.length - rows)));
      }
      System.arraycopy(values.data(), values.start(row), data, start, length);
      ends[rows++] = start + length;
    }

    void clear() {
      rows = 0;
    }

    int start(int row) {
      return row == 0 ? 0 : ends[row - 1];
    }

    int length(int row) {
      return ends[row] - start(row);
    }

    int[] steps(int stepSize) {
      int[] steps = new int[rows];
      Arrays.setAll(steps, row -> length(row) / stepSize);
      return steps;
    }

    /** Without spare capacity. */
    float[] exact() {
      int end = start(rows);
      return data.length == end ? data : Arrays.copyOf(data, end);
    }
  }
}
