package io.sparknn.layer.recurrent;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import java.util.ArrayList;
import java.util.List;

/** What recurrent layers share: all but their cells. */
interface Recurrent extends Layer {
  int KERNEL = 0;
  int RECURRENT_KERNEL = 1;
  int BIAS = 2;

  int units();

  boolean useBias();

  boolean returnSequences();

  boolean goBackwards();

  double dropout();

  double recurrentDropout();

  Initializer kernelInitializer();

  Initializer recurrentInitializer();

  /** The number of blocks of {@link #units} columns in the kernels. */
  int gates();

  /** The bias, if the layer uses one. */
  Weight bias();

  /** The layer at work on batches of one shape. */
  Cell cell(Pass pass);

  /** Checks what the layers' constructors share. */
  static void check(int units, double dropout, double recurrentDropout) {
    Inputs.checkPositive("units", units);
    checkRate("dropout", dropout);
    checkRate("recurrentDropout", recurrentDropout);
  }

  private static void checkRate(String name, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1); received " + rate);
    }
  }

  @Override
  default Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.one(inputs, 2, "(steps, features)");
    return returnSequences() ? input.with(-1, units()) : Shape.of(units());
  }

  @Override
  default List<Weight> weights(List<Shape> inputs) {
    int columns = Sizes.extent((long) gates() * units(), "units");
    Shape kernel = Shape.of(Inputs.features(inputs), columns);
    Shape recurrent = Shape.of(units(), columns);
    List<Weight> weights = new ArrayList<>();
    weights.add(Weight.kernel("kernel", kernel, kernelInitializer()));
    weights.add(Weight.kernel("recurrent_kernel", recurrent, recurrentInitializer()));
    if (useBias()) {
      weights.add(bias());
    }
    return weights;
  }

  /** At each step the input, and for each gate its output and about as much beside it. */
  @Override
  default long trainingElements(List<Shape> inputs) {
    Shape input = inputs.get(0);
    return input.extent(0) * (input.last() + 2L * gates() * units());
  }

  @Override
  default void forward(Pass pass) {
    pass.<Cell>plan(this::cell).forward();
  }

  @Override
  default void backward(Pass pass) {
    pass.<Cell>plan(this::cell).backward();
  }
}
