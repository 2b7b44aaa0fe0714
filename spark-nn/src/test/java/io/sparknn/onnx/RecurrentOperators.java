package io.sparknn.onnx;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.recurrent.GRU;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.layer.recurrent.SimpleRNN;
import java.util.Arrays;
import java.util.Map;

/** Recurrent layers of one direction. */
final class RecurrentOperators {

  /** The place there of each of our gates. */
  private static final int[] RNN_GATES = {0};

  private static final int[] LSTM_GATES = {0, 2, 3, 1};
  private static final int[] GRU_GATES = {0, 1, 2};

  private RecurrentOperators() {}

  static Map<String, Operator> all() {
    return Map.of(
        "RNN", recurrent(RNN_GATES, RecurrentOperators::rnn),
        "LSTM", recurrent(LSTM_GATES, RecurrentOperators::lstm),
        "GRU", recurrent(GRU_GATES, RecurrentOperators::gru));
  }

  private interface Factory {
    Layer layer(int units, boolean useBias, boolean returnSequences);
  }

  private static Layer rnn(int units, boolean useBias, boolean returnSequences) {
    return new SimpleRNN(
        units,
        ActivationFunction.TANH,
        useBias,
        returnSequences,
        false,
        0,
        0,
        Initializer.ZEROS,
        Initializer.ZEROS,
        Initializer.ZEROS);
  }

  private static Layer lstm(int units, boolean useBias, boolean returnSequences) {
    return new LSTM(
        units,
        ActivationFunction.TANH,
        ActivationFunction.SIGMOID,
        useBias,
        false,
        returnSequences,
        false,
        0,
        0,
        Initializer.ZEROS,
        Initializer.ZEROS,
        Initializer.ZEROS);
  }

  private static Layer gru(int units, boolean useBias, boolean returnSequences) {
    return new GRU(
        units,
        ActivationFunction.TANH,
        ActivationFunction.SIGMOID,
        useBias,
        false,
        returnSequences,
        false,
        0,
        0,
        Initializer.ZEROS,
        Initializer.ZEROS,
        Initializer.ZEROS);
  }

  private static void check(Call call) {
    NotApplicable.unless(!call.has(7), "peepholes");
    NotApplicable.unless(!call.has(5) && !call.has(6), "initial states");
    NotApplicable.unless(
        !call.has(4)
            && call.node().string("direction", "forward").equals("forward")
            && call.node().integer("linear_before_reset", 0) == 0
            && call.node().integer("input_forget", 0) == 0
            && !call.node().has("activations")
            && !call.node().has("clip"),
        "an option that no test had when this was written");
  }

  /** The kernels there are those of the gates, each (units, in), one below the other. */
  private static Operator recurrent(int[] gates, Factory factory) {
    return call -> {
      check(call);
      boolean rowsFirst = call.node().integer("layout", 0) == 1;
      OnnxTensor x = rowsFirst ? call.input() : call.input().move(0, 1);
      int rows = x.extent(0);
      int steps = x.extent(1);
      int units = Math.toIntExact(call.node().integer("hidden_size", 0));
      OnnxTensor y = null;
      if (call.wants(0)) {
        y = run(call, gates, factory.layer(units, call.has(3), true), x, units);
        y =
            rowsFirst
                ? y.reshape(rows, steps, 1, units)
                : y.move(0, 1).reshape(steps, 1, rows, units);
      }
      OnnxTensor last = run(call, gates, factory.layer(units, call.has(3), false), x, units);
      return Arrays.asList(
          y, rowsFirst ? last.reshape(rows, 1, units) : last.reshape(1, rows, units));
    };
  }

  private static OnnxTensor run(Call call, int[] gates, Layer layer, OnnxTensor x, int units) {
    LayerRun run =
        new LayerRun(layer, x)
            .weight("kernel", kernel(call.input(1), gates, units))
            .weight("recurrent_kernel", kernel(call.input(2), gates, units));
    if (call.has(3)) {
      OnnxTensor both = call.input(3).reshape(2, gates.length * units);
      OnnxTensor sum = both.take(0).plus(both.take(1)).reshape(gates.length, units);
      run.weight("bias", sum.take(gates));
    }
    return run.score();
  }

  private static OnnxTensor kernel(OnnxTensor theirs, int[] gates, int units) {
    int in = theirs.extent(2);
    return theirs
        .reshape(gates.length, units, in)
        .take(gates)
        .reshape(gates.length * units, in)
        .move(0, 1);
  }
}
