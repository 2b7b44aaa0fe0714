package io.sparknn.layer.core;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Steps;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The axes of a row in another order: {@code y[i, j] = x[j, i]} for {@code dims} 2, 1. Input {@code
 * (n_1, n_2, ...)}, output {@code (n_dims[0], n_dims[1], ...)}.
 *
 * <p>The steps of rows of different lengths must stay the first axis. Steps that do not count are 0
 * where they move to another axis.
 *
 * @param dims which axis of the input each axis of the output is, as in Keras: 1 is the first axis
 *     of a row (0 is the batch's)
 */
public record Permute(List<Integer> dims) implements Layer {

  /** Checks the configuration. */
  public Permute {
    dims = List.copyOf(dims);
    List<Integer> axes = IntStream.rangeClosed(1, dims.size()).boxed().toList();
    if (dims.isEmpty() || !dims.stream().sorted().toList().equals(axes)) {
      throw new IllegalArgumentException(
          "dims must be the numbers from 1 to the number of axes, each once; received " + dims);
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.one(inputs);
    if (input.rank() != dims.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expects input of %d axes for dims %s; received %s: set one number for each axis, or put a Reshape before it",
              dims.size(),
              dims,
              input));
    }
    if (dims.get(0) != 1) {
      Inputs.checkNotRagged(inputs, "let dims begin with 1, so that the steps stay in front");
    }
    return Shape.of(dims.stream().mapToInt(axis -> input.extent(axis - 1)).toArray());
  }

  /** The input's, as long as the first axis stays. */
  @Override
  public Mask outputMask(Pass pass) {
    return dims.get(0) == 1 ? pass.mask() : null;
  }

  @Override
  public ActivationFunction outputActivation(ActivationFunction input) {
    return input;
  }

  @Override
  public void forward(Pass pass) {
    int[] sources = pass.plan(this::sources);
    Tensor x = pass.input();
    Tensor y = pass.output();
    Mask mask = pass.mask();
    int stepSize = sources.length / x.shape().extent(1);
    for (int row = 0; row < pass.rows(); row++) {
      int from = x.offset() + row * sources.length;
      int to = y.offset() + row * sources.length;
      for (int i = 0; i < sources.length; i++) {
        boolean counts = mask == null || mask.counts(row, sources[i] / stepSize);
        y.data()[to + i] = counts ? x.data()[from + sources[i]] : 0;
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    int[] sources = pass.plan(this::sources);
    Tensor dx = pass.inputGradient();
    Tensor dy = pass.outputGradient();
    for (int row = 0; row < pass.rows(); row++) {
      int to = dx.offset() + row * sources.length;
      int from = dy.offset() + row * sources.length;
      for (int i = 0; i < sources.length; i++) {
        dx.data()[to + sources[i]] = dy.data()[from + i];
      }
    }
    Steps.clear(dx, pass.mask());
  }

  /** For each element of a row of the output, its place in a row of the input. */
  private int[] sources(Pass pass) {
    Shape input = pass.input().shape();
    int[] strides = new int[dims.size() + 1];
    strides[dims.size()] = 1;
    for (int axis = dims.size(); axis > 0; axis--) {
      strides[axis - 1] = strides[axis] * input.extent(axis);
    }
    int[] sources = {0};
    for (int axis : dims) {
      int extent = input.extent(axis);
      int[] next = new int[sources.length * extent];
      for (int i = 0; i < next.length; i++) {
        next[i] = sources[i / extent] + i % extent * strides[axis];
      }
      sources = next;
    }
    return sources;
  }
}
