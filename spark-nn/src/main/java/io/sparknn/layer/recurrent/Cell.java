package io.sparknn.layer.recurrent;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.PackedMatrix;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrent layer at work on batches of one shape. Values are time-major, and steps are counted
 * by position, in the order in which the layer reads them. Training keeps the values of all steps;
 * scoring only those that the next step needs, so that they stay in the cache.
 */
abstract class Cell {
  private static final int INPUT_STREAM = 0;
  private static final int STATE_STREAM = 1;

  private final Recurrent layer;
  private final Pass pass;
  private final int rows;
  private final int steps;
  private final Shape step;
  private final List<State> states = new ArrayList<>();
  private final List<Gate> gates = new ArrayList<>();
  private final Track inputs;
  private final Tensor inputGradient;
  private final Tensor inputFactors;
  private final Tensor stateFactors;
  private final Track droppedStates;
  private final Tensor reads;
  private int savedSlots;
  private int scratchSlots;

  /** What the layer writes. */
  final State hidden;

  Cell(Recurrent layer, Pass pass) {
    Shape batch = pass.input().shape();
    int features = batch.extent(2);
    this.layer = layer;
    this.pass = pass;
    rows = batch.extent(0);
    steps = batch.extent(1);
    step = Shape.of(rows, layer.units());
    inputs = track(Shape.of(rows, features), 0);
    inputGradient = scratch(Shape.of(rows, features));
    hidden = state();
    inputFactors = factors(layer.dropout(), features);
    stateFactors = factors(layer.recurrentDropout(), layer.units());
    droppedStates = stateFactors == null ? null : track();
    reads = stateFactors == null ? hidden.values().allButLast() : droppedStates.all();
  }

  /** Computes the states after a step from those before it. */
  abstract void step(int position);

  /**
   * Puts the gradients of the gates' sums in place of their outputs, and turns the gradients of the
   * states after a step into those of the states before it. All is linear, so that no gradient
   * comes from none.
   */
  abstract void stepBack(int position);

  /** Adds the gradients of what reads the state at any step. */
  void addRecurrentGradients() {
    for (Gate gate : gates) {
      gate.recurrent().addGradient(reads(), gate.sumGradients());
    }
  }

  final void forward() {
    for (Gate gate : gates) {
      gate.input().pack();
      gate.recurrent().pack();
    }
    for (State state : states) {
      Maths.fill(state.at(0), 0);
    }
    fill(inputFactors, layer.dropout(), INPUT_STREAM);
    fill(stateFactors, layer.recurrentDropout(), STATE_STREAM);
    for (int p = 0; p < steps; p++) {
      readInput(p);
      if (stateFactors != null) {
        Maths.multiplyElements(hidden.at(p), stateFactors, read(p));
      }
      step(p);
      eachSkipped(p, State::keep);
      if (layer.returnSequences()) {
        writeOutput(p);
      }
    }
    if (!layer.returnSequences()) {
      Maths.copy(hidden.at(steps), pass.output());
    }
  }

  final void backward() {
    for (Gate gate : gates) {
      gate.input().packTransposed();
      gate.recurrent().packTransposed();
    }
    for (State state : states) {
      Maths.fill(state.gradient(), 0);
    }
    if (!layer.returnSequences()) {
      Maths.copy(pass.outputGradient(), hidden.gradient());
    }
    for (int p = steps - 1; p >= 0; p--) {
      if (layer.returnSequences()) {
        addOutputGradient(p);
      }
      eachSkipped(p, (state, position, row) -> state.takeAside(row));
      stepBack(p);
      eachSkipped(p, (state, position, row) -> state.putBack(row));
      if (pass.wantsInputGradient(0)) {
        writeInputGradient(p);
      }
    }
    for (Gate gate : gates) {
      gate.input().addGradient(inputs.all(), gate.sumGradients());
    }
    addRecurrentGradients();
  }

  // What cells are made of

  /** One more state, 0 before the first step. */
  final State state() {
    State state = new State(track(step, 1), work(), work());
    states.add(state);
    return state;
  }

  /**
   * One more gate.
   *
   * @param recurrentBias whether the recurrent kernel has a bias of its own, after the kernel's
   */
  final Gate gate(ActivationFunction activation, boolean recurrentBias) {
    int from = gates.size() * layer.units();
    int second = layer.gates() * layer.units();
    Gate gate =
        new Gate(
            this,
            activation,
            columns(Recurrent.KERNEL, from, layer.useBias(), from),
            columns(
                Recurrent.RECURRENT_KERNEL, from, layer.useBias() && recurrentBias, second + from));
    gates.add(gate);
    return gate;
  }

  private Columns columns(int kernel, int from, boolean useBias, int bias) {
    return new Columns(this, pass, kernel, from, layer.units(), useBias ? bias : Columns.NO_BIAS);
  }

  /** Memory for a value of every unit at every step that lives until the backward pass. */
  final Track track() {
    return track(step, 0);
  }

  private Track track(Shape shape, int more) {
    int kept = pass.training() ? steps : 1;
    return new Track(pass.saved(savedSlots++, shape.batch(kept + more)));
  }

  /** Memory for a value of every unit at one step. */
  final Tensor work() {
    return scratch(step);
  }

  /** A matrix that lives until the pass ends. */
  final PackedMatrix matrix(int rows, int columns) {
    return new PackedMatrix(scratch(Shape.of(rows, columns)));
  }

  private Tensor scratch(Shape shape) {
    return pass.scratch(scratchSlots++, shape);
  }

  // What the kernels read

  /** Starts a gate's sum by what the inputs contribute. */
  final void sumInputs(Gate gate, int position) {
    gate.input().multiply(inputs.at(position), gate.sum(position));
  }

  /** The state before a step, in training with elements dropped. */
  final Tensor read(int position) {
    return stateFactors == null ? hidden.at(position) : droppedStates.at(position);
  }

  /** What is read at all steps. */
  final Tensor reads() {
    return reads;
  }

  /** Turns the gradient of what is read into that of the state. */
  final void drop(Tensor gradient) {
    if (stateFactors != null) {
      Maths.multiplyElements(gradient, stateFactors, gradient);
    }
  }

  /** What dropout multiplies every step of a row by, or null. */
  private Tensor factors(double rate, int width) {
    return pass.training() && rate > 0 ? pass.saved(savedSlots++, Shape.of(rows, width)) : null;
  }

  /** The same elements are dropped at all steps (Gal and Ghahramani, NIPS 2016). */
  private void fill(Tensor factors, double rate, int stream) {
    if (factors == null) {
      return;
    }
    int width = factors.columns();
    Maths.fill(factors, 1);
    for (int row = 0; row < rows; row++) {
      int key = (int) Randoms.key(pass.randomKey(row), stream);
      int at = factors.offset() + row * width;
      Maths.dropout((float) rate, key, factors.data(), at, factors.data(), at, width);
    }
  }

  // Between the batch's order, row by row, and ours, step by step

  private int time(int position) {
    return layer.goBackwards() ? steps - 1 - position : position;
  }

  /** Where a row's step stands among the steps of all rows of the batch. */
  private int place(int position, int row) {
    return row * steps + time(position);
  }

  private interface Skip {
    void apply(State state, int position, int row);
  }

  /** Does something with each state of each row for which a step does not count. */
  private void eachSkipped(int position, Skip skip) {
    Mask mask = pass.mask();
    for (int row = 0; mask != null && row < rows; row++) {
      if (!mask.counts(row, time(position))) {
        for (State state : states) {
          skip.apply(state, position, row);
        }
      }
    }
  }

  private void readInput(int position) {
    Tensor batch = pass.input();
    Tensor input = inputs.at(position);
    for (int row = 0; row < rows; row++) {
      Track.copyRow(batch, place(position, row), input, row);
    }
    if (inputFactors != null) {
      Maths.multiplyElements(input, inputFactors, input);
    }
  }

  private void writeOutput(int position) {
    Tensor batch = pass.output();
    Tensor output = hidden.at(position + 1);
    for (int row = 0; row < rows; row++) {
      Track.copyRow(output, row, batch, place(position, row));
    }
  }

  private void addOutputGradient(int position) {
    Tensor batch = pass.outputGradient();
    Tensor gradient = hidden.gradient();
    int units = layer.units();
    for (int row = 0; row < rows; row++) {
      Maths.addScaled(
          1,
          batch.data(),
          batch.offset() + place(position, row) * units,
          gradient.data(),
          gradient.offset() + row * units,
          units);
    }
  }

  private void writeInputGradient(int position) {
    Tensor batch = pass.inputGradient();
    Maths.fill(inputGradient, 0);
    for (Gate gate : gates) {
      gate.input().addProductBack(gate.sumGradient(position), inputGradient);
    }
    if (inputFactors != null) {
      Maths.multiplyElements(inputGradient, inputFactors, inputGradient);
    }
    for (int row = 0; row < rows; row++) {
      Track.copyRow(inputGradient, row, batch, place(position, row));
    }
  }
}
