package io.sparknn.layer.recurrent;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * A recurrent layer at work on one batch. Values are time-major, and steps are counted by position,
 * in the order in which the layer reads them. What no step needs from another is computed for all
 * steps at once: the inputs' part of the gates, and the gradients of weights and inputs.
 *
 * <p>Memory has numbers in the order in which constructors ask for it, the same in both passes.
 */
abstract class Cell {
  private static final int INPUT_STREAM = 0;
  private static final int STATE_STREAM = 1;

  private final Recurrent layer;
  private final Pass pass;
  private final int rows;
  private final int steps;
  private final Shape track;
  private final Shape step;
  private final List<State> states = new ArrayList<>();
  private final List<Gate> gates = new ArrayList<>();
  private final Track inputs;
  private final int inputGradients;
  private final Tensor inputFactors;
  private final Tensor stateFactors;
  private final Track droppedStates;
  private int savedSlots;
  private int scratchSlots;

  /** What the layer writes. */
  final State hidden;

  Cell(Recurrent layer, Pass pass) {
    Shape batch = pass.input().shape();
    this.layer = layer;
    this.pass = pass;
    rows = batch.extent(0);
    steps = batch.extent(1);
    step = Shape.of(rows, layer.units());
    track = step.batch(steps);
    inputs = new Track(saved(Shape.of(steps, rows, batch.extent(2))));
    inputGradients = scratchSlots++;
    hidden = state();
    inputFactors = factors(layer.dropout(), INPUT_STREAM, batch.extent(2));
    stateFactors = factors(layer.recurrentDropout(), STATE_STREAM, layer.units());
    droppedStates = stateFactors == null ? null : track();
  }

  /** Computes the states after a step from those before it. */
  abstract void step(int position);

  /**
   * Computes the gradients of the gates' sums, and turns the gradients of the states after a step
   * into those of the states before it. All is linear, so that no gradient comes from none.
   */
  abstract void stepBack(int position);

  /** Adds the gradients of what reads the state at any step. */
  void addRecurrentGradients() {
    gates.forEach(gate -> gate.recurrent().addGradients(reads(), gate.gradients().all()));
  }

  final void forward() {
    copyInputs();
    gates.forEach(gate -> gate.input().multiply(inputs.all(), 0, gate.sums().all()));
    states.forEach(state -> Maths.fill(state.at(0), 0));
    for (int p = 0; p < steps; p++) {
      int position = p;
      if (stateFactors != null) {
        Maths.multiplyElements(hidden.at(p), stateFactors, read(p));
      }
      step(p);
      eachSkipped(p, (state, row) -> state.keep(position, row));
    }
    copyOutputs();
  }

  final void backward() {
    states.forEach(state -> Maths.fill(state.gradient(), 0));
    if (!layer.returnSequences()) {
      Maths.copy(pass.outputGradient(), hidden.gradient());
    }
    for (int p = steps - 1; p >= 0; p--) {
      if (layer.returnSequences()) {
        addOutputGradient(p);
      }
      eachSkipped(p, State::takeAside);
      stepBack(p);
      eachSkipped(p, State::putBack);
    }
    gates.forEach(gate -> gate.input().addGradients(inputs.all(), gate.gradients().all()));
    addRecurrentGradients();
    if (pass.wantsInputGradient(0)) {
      writeInputGradient();
    }
  }

  // What cells are made of

  /** One more state, 0 before the first step. */
  final State state() {
    Tensor values = saved(track.with(0, steps + 1));
    State state = new State(new Track(values), work(), work());
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
            scratchSlots++,
            activation,
            columns(Recurrent.KERNEL, from, layer.useBias(), from),
            columns(
                Recurrent.RECURRENT_KERNEL, from, layer.useBias() && recurrentBias, second + from));
    gates.add(gate);
    return gate;
  }

  private Columns columns(int kernel, int from, boolean useBias, int bias) {
    return new Columns(pass, kernel, from, layer.units(), useBias ? bias : Columns.NO_BIAS);
  }

  /** Memory for a value of every unit at every step that lives until the backward pass. */
  final Track track() {
    return new Track(saved(track));
  }

  /** A number for {@link #gradients}. */
  final int gradientSlot() {
    return scratchSlots++;
  }

  /** Memory for the gradient of a {@link #track}. */
  final Track gradients(int slot) {
    return new Track(pass.scratch(slot, track), step);
  }

  /** Memory for a value of every unit at one step. */
  final Tensor work() {
    return pass.scratch(scratchSlots++, step);
  }

  private Tensor saved(Shape shape) {
    return pass.saved(savedSlots++, shape);
  }

  // What the recurrent kernel reads

  /** The state before a step, in training with elements dropped. */
  final Tensor read(int position) {
    return stateFactors == null ? hidden.at(position) : droppedStates.at(position);
  }

  /** What is read at all steps. */
  final Tensor reads() {
    return stateFactors == null ? hidden.values().allButLast() : droppedStates.all();
  }

  /** Turns the gradient of what is read into that of the state. */
  final void drop(Tensor gradient) {
    if (stateFactors != null) {
      Maths.multiplyElements(gradient, stateFactors, gradient);
    }
  }

  /**
   * What dropout multiplies every step of a row by, or null (Gal and Ghahramani, NIPS 2016: the
   * same elements at all steps).
   */
  private Tensor factors(double rate, int stream, int width) {
    if (!pass.training() || rate == 0) {
      return null;
    }
    Tensor factors = saved(Shape.of(rows, width));
    Maths.fill(factors, 1);
    for (int row = 0; row < rows; row++) {
      int key = (int) Randoms.key(pass.randomKey(row), stream);
      int at = factors.offset() + row * width;
      Maths.dropout((float) rate, key, factors.data(), at, factors.data(), at, width);
    }
    return factors;
  }

  // Between the batch's order, row by row, and ours, step by step

  private int time(int position) {
    return layer.goBackwards() ? steps - 1 - position : position;
  }

  /** Where a row's step stands among the steps of all rows of the batch. */
  private int place(int position, int row) {
    return row * steps + time(position);
  }

  /** Does something with each state of each row for which a step does not count. */
  private void eachSkipped(int position, ObjIntConsumer<State> work) {
    Mask mask = pass.mask();
    for (int row = 0; mask != null && row < rows; row++) {
      if (!mask.counts(row, time(position))) {
        for (State state : states) {
          work.accept(state, row);
        }
      }
    }
  }

  private void copyInputs() {
    Tensor batch = pass.input();
    for (int p = 0; p < steps; p++) {
      for (int row = 0; row < rows; row++) {
        Track.copyRow(batch, place(p, row), inputs.all(), p * rows + row);
      }
      if (inputFactors != null) {
        Maths.multiplyElements(inputs.at(p), inputFactors, inputs.at(p));
      }
    }
  }

  private void copyOutputs() {
    Tensor batch = pass.output();
    if (!layer.returnSequences()) {
      Maths.copy(hidden.at(steps), batch);
      return;
    }
    for (int p = 0; p < steps; p++) {
      for (int row = 0; row < rows; row++) {
        Track.copyRow(hidden.values().all(), (p + 1) * rows + row, batch, place(p, row));
      }
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

  private void writeInputGradient() {
    Track gradient = new Track(pass.scratch(inputGradients, inputs.all().shape()));
    float beta = 0;
    for (Gate gate : gates) {
      gate.input().multiplyBack(gate.gradients().all(), beta, gradient.all());
      beta = 1;
    }
    Tensor batch = pass.inputGradient();
    for (int p = 0; p < steps; p++) {
      if (inputFactors != null) {
        Maths.multiplyElements(gradient.at(p), inputFactors, gradient.at(p));
      }
      for (int row = 0; row < rows; row++) {
        Track.copyRow(gradient.all(), p * rows + row, batch, place(p, row));
      }
    }
  }
}
