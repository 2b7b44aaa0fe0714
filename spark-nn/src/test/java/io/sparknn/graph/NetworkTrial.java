package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Weight.Role;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A network with random weights and a replica: runs on random data, and checks its gradients. Data
 * holds for each input its rows, one after another without padding; outputs and gradients of inputs
 * come in the batch's layout, padded by 0 where rows are ragged.
 */
public final class NetworkTrial {
  private static final int[] LENGTHS = {4, 1, 5, 2, 3};

  private static final long KEY = 2024;
  private static final double STEP = 2e-3;

  /** For the same check in double precision: see {@link DoublePrecision}. */
  private static final double FINE_STEP = 1e-5;

  private final Network network;
  private final float[] weights;
  private final Replica replica;

  /** Whether the inputs are whole numbers, which have no gradient. */
  private final boolean readsIds;

  /**
   * What a training step computes.
   *
   * @param inputs the gradients of the inputs
   * @param weights the gradients of the weights and the sums of the statistics, in the network's
   *     layout; 0 for frozen ones
   */
  public record Step(float[] output, float[][] inputs, float[] weights) {

    /** Outputs, gradients of inputs and gradients of weights, one after another. */
    public float[] all() {
      List<float[]> parts = new ArrayList<>(List.of(output));
      parts.addAll(List.of(inputs));
      parts.add(weights);
      float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
      int end = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, end, part.length);
        end += part.length;
      }
      return all;
    }
  }

  /** A trial of a graph whose inputs have known shapes. */
  public NetworkTrial(Graph graph) {
    network = new Network(graph, graph.inputs().stream().map(Graph.Input::shape).toList());
    weights = new float[network.size()];
    replica = new Replica(network, true);
    readsIds = graph.nodes().stream().anyMatch(node -> node.layer().kind().equals("embedding"));
    Random random = new Random(1);
    for (Slot slot : network.slots()) {
      for (int i = 0; i < slot.weight().shape().size(); i++) {
        weights[slot.offset() + i] =
            slot.weight().isTrainable() ? uniform(random) : 1 + uniform(random) / 2;
      }
    }
  }

  /** A trial of one layer on inputs of its own. */
  public static NetworkTrial of(Layer layer, List<Shape> inputs) {
    List<Graph> branches = new ArrayList<>();
    for (Shape shape : inputs) {
      branches.add(Graph.input("input " + branches.size(), shape));
    }
    return new NetworkTrial(Graph.join("layer", layer, branches).readable());
  }

  /** Whether the inputs are whole numbers. */
  public boolean readsIds() {
    return readsIds;
  }

  public Network network() {
    return network;
  }

  /** The weights, which may be changed. */
  public float[] weights() {
    return weights;
  }

  /** The named weight's view of an array in the network's layout. */
  public Tensor weight(String name, float[] flat) {
    return network.slots().stream()
        .filter(slot -> slot.weight().name().equals(name))
        .findFirst()
        .orElseThrow()
        .in(flat);
  }

  /**
   * Random rows for each input: evenly spaced in (-2, 2) and shuffled, so that no element is close
   * to another, of any input, or to 0, where maxima and rectifiers have no derivative. Layers that
   * read ids get 0, 1 and 2.
   */
  public float[][] data(int rows) {
    List<Shape> shapes = network.inputShapes();
    float[][] data = new float[shapes.size()][];
    for (int i = 0; i < data.length; i++) {
      int size = sum(sizes(i, rows, lengths(rows)[i]));
      int n = (size + 1) / 2 * 2;
      List<Float> values = new ArrayList<>();
      for (int k = 0; k < n; k++) {
        values.add((4 * k + 1f + 2f * i / data.length) / n - 2);
      }
      Collections.shuffle(values, new Random(i));
      data[i] = new float[size];
      for (int k = 0; k < data[i].length; k++) {
        data[i][k] = readsIds ? k % 3 : values.get(k);
      }
    }
    return data;
  }

  /** For each ragged input the number of steps of each row of {@link #data}, else null. */
  public int[][] lengths(int rows) {
    return lengths(0, rows);
  }

  private int[][] lengths(int from, int to) {
    int[] all = IntStream.range(from, to).map(row -> LENGTHS[row % LENGTHS.length]).toArray();
    return network.inputShapes().stream()
        .map(shape -> shape.isRagged() ? all : null)
        .toArray(int[][]::new);
  }

  /** The number of elements of each row of an input. */
  private int[] sizes(int input, int rows, int[] lengths) {
    Shape shape = network.inputShapes().get(input);
    int[] sizes = new int[rows];
    Arrays.setAll(sizes, row -> lengths == null ? shape.size() : step(shape) * lengths[row]);
    return sizes;
  }

  private static int step(Shape ragged) {
    return ragged.rank() == 1 ? 1 : ragged.with(0, 1).size();
  }

  private static int sum(int[] values) {
    return IntStream.of(values).sum();
  }

  /** The output in scoring of the rows {@code from .. to - 1} of {@link #data} alone. */
  public float[] scoreRows(float[][] data, int from, int to) {
    return score(rows(data, from, to), lengths(from, to));
  }

  /** The rows {@code from .. to - 1} of {@link #data}. */
  public float[][] rows(float[][] data, int from, int to) {
    float[][] part = new float[data.length][];
    for (int i = 0; i < data.length; i++) {
      int start = sum(sizes(i, from, lengths(from)[i]));
      int end = sum(sizes(i, to, lengths(to)[i]));
      part[i] = Arrays.copyOfRange(data[i], start, end);
    }
    return part;
  }

  /** A random gradient for the output of so many rows of {@link #data}. */
  public float[] outputGradient(int rows) {
    float[] gradient = random(train(data(rows)).length, 7);
    clearMasked(gradient);
    return gradient;
  }

  /** Clears what stands at the steps of the last output that do not count. */
  private void clearMasked(float[] output) {
    Mask mask = replica.outputMask();
    if (mask != null) {
      int step = output.length / (mask.rows() * mask.steps());
      for (int i = 0; i < mask.rows() * mask.steps(); i++) {
        if (!mask.counts(i / mask.steps(), i % mask.steps())) {
          Arrays.fill(output, i * step, (i + 1) * step, 0);
        }
      }
    }
  }

  /** Random numbers in (-1, 1). */
  public static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = uniform(random);
    }
    return values;
  }

  /** A number in (-1, 1) that is the same in single and in double precision. */
  private static float uniform(Random random) {
    return (random.nextInt(1 << 20) - (1 << 19) + 0.5f) / (1 << 19);
  }

  /** The output in scoring. */
  public float[] score(float[][] data) {
    return score(data, lengths(rowsOf(data)));
  }

  /** The output in scoring if something else than 0 stands in the padding of ragged inputs. */
  public float[] scoreWithPadding(float[][] data, float padding) {
    int rows = rowsOf(data);
    int[][] lengths = lengths(rows);
    replica.start(rows, lengths);
    write(data, lengths);
    for (int i = 0; i < data.length; i++) {
      Tensor input = replica.input(i);
      int size = input.size() / rows;
      int[] sizes = sizes(i, rows, lengths[i]);
      for (int row = 0; row < rows; row++) {
        int start = input.offset() + row * size;
        Arrays.fill(input.data(), start + sizes[row], start + size, padding);
      }
    }
    return forward(weights);
  }

  /** The output in scoring of rows whose ragged inputs have these lengths. */
  public float[] score(float[][] data, int[][] lengths) {
    replica.start(rowsOf(data, lengths), lengths);
    write(data, lengths);
    return forward(weights);
  }

  /** The output in training. */
  public float[] train(float[][] data) {
    return train(data, lengths(rowsOf(data)), weights);
  }

  private float[] train(float[][] data, int[][] lengths, float[] weights) {
    int rows = rowsOf(data, lengths);
    long[] ids = new long[rows];
    Arrays.setAll(ids, row -> 100 + row);
    replica.startTraining(rows, lengths, KEY, ids);
    write(data, lengths);
    return forward(weights);
  }

  private void write(float[][] data, int[][] lengths) {
    int rows = rowsOf(data, lengths);
    for (int i = 0; i < data.length; i++) {
      int start = 0;
      int[] sizes = sizes(i, rows, lengths[i]);
      for (int row = 0; row < rows; row++) {
        replica.write(i, row, data[i], start, sizes[row]);
        start += sizes[row];
      }
    }
  }

  private float[] forward(float[] weights) {
    replica.forward(weights);
    float[] output = copy(replica.output());
    clearMasked(output);
    return output;
  }

  /** The number of rows of {@link #data}. */
  private int rowsOf(float[][] data) {
    int rows = 0;
    while (sum(sizes(0, rows, lengths(rows)[0])) < data[0].length) {
      rows++;
    }
    return rows;
  }

  private int rowsOf(float[][] data, int[][] lengths) {
    return lengths[0] == null
        ? data[0].length / network.inputShapes().get(0).size()
        : lengths[0].length;
  }

  /** A training step from a gradient of the output. */
  public Step step(float[][] data, float[] outputGradient) {
    return step(data, lengths(rowsOf(data)), outputGradient);
  }

  /** A training step on rows whose ragged inputs have these lengths. */
  public Step step(float[][] data, int[][] lengths, float[] outputGradient) {
    return step(data, lengths, outputGradient, weights, new float[network.size()]);
  }

  private Step step(
      float[][] data, int[][] lengths, float[] outputGradient, float[] weights, float[] sum) {
    float[] output = train(data, lengths, weights);
    System.arraycopy(
        outputGradient, 0, replica.outputGradient().data(), 0, replica.outputGradient().size());
    Gradient gradient = network.newGradient();
    replica.backward(gradient);
    gradient.addTo(sum);
    float[][] inputs = new float[data.length][];
    for (int i = 0; i < data.length; i++) {
      inputs[i] = copy(replica.inputGradient(i));
    }
    return new Step(output, inputs, sum);
  }

  /** A gradient in the network's layout. */
  public static float[] flat(Network network, Gradient gradient) {
    float[] flat = new float[network.gradientSize()];
    gradient.addTo(flat);
    return flat;
  }

  /** Updates the statistics in these weights by sums that have the network's layout. */
  public void updateStatistics(float[] sums, long rows) {
    Gradient gradient = network.newGradient();
    for (Slot slot : network.slots()) {
      if (slot.weight().role() == Role.STATISTIC) {
        Maths.copy(slot.in(sums), gradient.of(slot));
      }
    }
    network.updateStatistics(weights, gradient, rows);
  }

  /** A training step that adds to a gradient, which is changed. */
  public void addGradient(float[][] data, float[] outputGradient, float[] gradient) {
    step(data, lengths(rowsOf(data)), outputGradient, weights, gradient);
  }

  /** Leaves NaN in every element of the replica's memory, as far as so many rows fill it. */
  public void poison(int rows) {
    float[][] data = data(rows);
    float[] outputGradient = outputGradient(rows);
    float[] bad = weights.clone();
    for (float[] values : data) {
      Arrays.fill(values, readsIds ? 0 : Float.NaN);
    }
    Arrays.fill(outputGradient, Float.NaN);
    Arrays.fill(bad, Float.NaN);
    step(data, lengths(rows), outputGradient, bad, new float[network.size()]);
  }

  /**
   * Compares every gradient of {@code loss = sum of c * output}, for random c, with the central
   * difference of the loss.
   */
  public void checkGradients(int rows) {
    checkGradients(rows, STEP, 1e-2);
  }

  /**
   * The same for a layer in JSON, with a finer step and tolerance, which need double precision.
   *
   * @return outputs, gradients of inputs and gradients of weights of a training step
   */
  public static float[] checkGradients(String layer, int[][] extents, int rows) {
    NetworkTrial trial =
        of(GraphJson.read(layer, Layer.class), Stream.of(extents).map(Shape::of).toList());
    trial.checkGradients(rows, FINE_STEP, 1e-6);
    return trial.step(trial.data(rows), trial.outputGradient(rows)).all();
  }

  private void checkGradients(int rows, double stepSize, double tolerance) {
    float[][] data = data(rows);
    float[] c = outputGradient(rows);
    Step step = step(data, c);
    for (int i = 0; i < data.length && !readsIds; i++) {
      float[] exact = withoutPadding(step.inputs[i], i, rows);
      check(
          "input " + i,
          new Tensor(exact, 0, Shape.of(exact.length)),
          data[i],
          data,
          c,
          stepSize,
          tolerance);
    }
    for (Slot slot : network.slots()) {
      if (slot.isTrained()) {
        check(slot.name(), slot.in(step.weights), weights, data, c, stepSize, tolerance);
      }
    }
  }

  /** The gradient of an input's rows; that of their padding must be 0. */
  private float[] withoutPadding(float[] padded, int input, int rows) {
    int[] sizes = sizes(input, rows, lengths(rows)[input]);
    float[] exact = new float[sum(sizes)];
    int size = padded.length / rows;
    int end = 0;
    for (int row = 0; row < rows; row++) {
      System.arraycopy(padded, row * size, exact, end, sizes[row]);
      end += sizes[row];
      for (int i = row * size + sizes[row]; i < (row + 1) * size; i++) {
        assertEquals(
            0f,
            padded[i] + 0f,
            String.format(Locale.ROOT, "gradient of input %d in the padding", input));
      }
    }
    return exact;
  }

  private void check(
      String name,
      Tensor exact,
      float[] values,
      float[][] data,
      float[] c,
      double stepSize,
      double tolerance) {
    for (int i = 0; i < exact.size(); i++) {
      int at = exact.offset() + i;
      float value = values[at];
      values[at] = (float) (value + stepSize);
      double difference = values[at];
      double change = loss(data, c);
      values[at] = (float) (value - stepSize);
      difference -= values[at];
      change -= loss(data, c);
      values[at] = value;
      double numeric = change / difference;
      assertEquals(
          numeric,
          exact.data()[at],
          tolerance * (0.2 + Math.abs(numeric)),
          String.format(Locale.ROOT, "gradient of %s at %d", name, i));
    }
  }

  private double loss(float[][] data, float[] c) {
    float[] output = train(data);
    double loss = 0;
    for (int i = 0; i < output.length; i++) {
      loss += (double) c[i] * output[i];
    }
    return loss;
  }

  private static float[] copy(Tensor tensor) {
    Tensor copy = new Tensor(new float[tensor.size()], 0, tensor.shape());
    Maths.copy(tensor, copy);
    return copy.data();
  }
}
