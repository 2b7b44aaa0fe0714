package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Layer;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A network with random weights and a replica: runs on random data, and checks its gradients. */
public final class NetworkTrial {
  private static final long KEY = 2024;
  private static final double STEP = 2e-3;

  private final Network network;
  private final float[] weights;
  private final Replica replica;

  /**
   * What a training step computes.
   *
   * @param inputs the gradients of the inputs
   * @param weights the gradients of the weights and the sums of the statistics, in the network's
   *     layout
   */
  public record Step(float[] output, float[][] inputs, float[] weights) {}

  /** A trial of a graph whose inputs have known shapes. */
  public NetworkTrial(Graph graph) {
    network = new Network(graph, graph.inputs().stream().map(Graph.Input::shape).toList());
    weights = new float[network.size()];
    replica = new Replica(network, true);
    Random random = new Random(1);
    for (Slot slot : network.slots()) {
      for (int i = 0; i < slot.weight().shape().size(); i++) {
        weights[slot.offset() + i] =
            slot.weight().trainable() ? random.nextFloat(-1, 1) : random.nextFloat(0.5f, 1.5f);
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
   * to another or to 0, where maxima and rectifiers have no derivative.
   */
  public float[][] data(int rows) {
    List<Shape> shapes = network.inputShapes();
    float[][] data = new float[shapes.size()][];
    for (int i = 0; i < data.length; i++) {
      int n = (shapes.get(i).size() * rows + 1) / 2 * 2;
      List<Float> values = new ArrayList<>();
      for (int k = 0; k < n; k++) {
        values.add((4 * k + 2f) / n - 2);
      }
      Collections.shuffle(values, new Random(i));
      data[i] = new float[shapes.get(i).size() * rows];
      for (int k = 0; k < data[i].length; k++) {
        data[i][k] = values.get(k);
      }
    }
    return data;
  }

  /** The rows {@code from .. to - 1} of data. */
  public float[][] rows(float[][] data, int from, int to) {
    float[][] part = new float[data.length][];
    for (int i = 0; i < data.length; i++) {
      int size = network.inputShapes().get(i).size();
      part[i] = Arrays.copyOfRange(data[i], from * size, to * size);
    }
    return part;
  }

  /** A random gradient for the output of so many rows. */
  public float[] outputGradient(int rows) {
    return random(network.outputShape().size() * rows, 7);
  }

  /** Random numbers in (-1, 1). */
  public static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    return values;
  }

  /** The output in scoring. */
  public float[] score(float[][] data) {
    replica.start(rowsOf(data));
    return forward(data, weights);
  }

  /** The output in training. */
  public float[] train(float[][] data) {
    return train(data, weights);
  }

  private float[] train(float[][] data, float[] weights) {
    int rows = rowsOf(data);
    long[] ids = new long[rows];
    Arrays.setAll(ids, row -> 100 + row);
    replica.startTraining(rows, KEY, ids);
    return forward(data, weights);
  }

  private float[] forward(float[][] data, float[] weights) {
    for (int i = 0; i < data.length; i++) {
      Tensor input = replica.input(i);
      System.arraycopy(data[i], 0, input.data(), input.offset(), input.size());
    }
    replica.forward(weights);
    return copy(replica.output());
  }

  private int rowsOf(float[][] data) {
    return data[0].length / network.inputShapes().get(0).size();
  }

  /** A training step from a gradient of the output. */
  public Step step(float[][] data, float[] outputGradient) {
    return step(data, outputGradient, weights, new float[network.size()]);
  }

  private Step step(float[][] data, float[] outputGradient, float[] weights, float[] gradient) {
    float[] output = train(data, weights);
    System.arraycopy(
        outputGradient, 0, replica.outputGradient().data(), 0, replica.outputGradient().size());
    replica.backward(gradient);
    float[][] inputs = new float[data.length][];
    for (int i = 0; i < data.length; i++) {
      inputs[i] = copy(replica.inputGradient(i));
    }
    return new Step(output, inputs, gradient);
  }

  /** A training step that adds to a gradient, which is changed. */
  public void addGradient(float[][] data, float[] outputGradient, float[] gradient) {
    step(data, outputGradient, weights, gradient);
  }

  /** Leaves NaN in every element of the replica's memory, as far as so many rows fill it. */
  public void poison(int rows) {
    float[][] data = data(rows);
    float[] outputGradient = outputGradient(rows);
    float[] bad = weights.clone();
    for (float[] values : data) {
      Arrays.fill(values, Float.NaN);
    }
    Arrays.fill(outputGradient, Float.NaN);
    Arrays.fill(bad, Float.NaN);
    step(data, outputGradient, bad, new float[network.size()]);
  }

  /**
   * Compares every gradient of {@code loss = sum of c * output}, for random c, with the central
   * difference of the loss.
   */
  public void checkGradients(int rows) {
    float[][] data = data(rows);
    float[] c = outputGradient(rows);
    Step step = step(data, c);
    for (int i = 0; i < data.length; i++) {
      check("input " + i, new Tensor(step.inputs[i], 0, flat(data[i])), data[i], data, c);
    }
    for (Slot slot : network.slots()) {
      if (slot.weight().trainable()) {
        check(slot.name(), slot.in(step.weights), weights, data, c);
      }
    }
  }

  private static Shape flat(float[] values) {
    return Shape.of(values.length);
  }

  private void check(String name, Tensor exact, float[] values, float[][] data, float[] c) {
    for (int i = 0; i < exact.size(); i++) {
      int at = exact.offset() + i;
      float value = values[at];
      values[at] = (float) (value + STEP);
      double difference = values[at];
      double change = loss(data, c);
      values[at] = (float) (value - STEP);
      difference -= values[at];
      change -= loss(data, c);
      values[at] = value;
      double numeric = change / difference;
      assertEquals(
          numeric,
          exact.data()[at],
          2e-3 + 1e-2 * Math.abs(numeric),
          "gradient of %s at %d".formatted(name, i));
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
