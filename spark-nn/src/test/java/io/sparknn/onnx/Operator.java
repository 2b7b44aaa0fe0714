package io.sparknn.onnx;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Computes what an operator of ONNX means by our layers. */
interface Operator {

  /**
   * The outputs; null for one that our layers do not have.
   *
   * @throws NotApplicable if the attributes, shapes or ids ask for what our layers do not have
   */
  List<OnnxTensor> outputs(Call call);

  /** An operator of one output. */
  interface Function {
    OnnxTensor output(Call call);
  }

  static Operator of(Function function) {
    return call -> Collections.singletonList(function.output(call));
  }

  /** Moves or makes data without computing. */
  Map<String, Operator> MOVES = MovingOperators.all();

  /** What our layers and losses compute. */
  Map<String, Operator> LAYERS =
      join(
          ElementwiseOperators.all(),
          ShapeOperators.all(),
          MatrixOperators.all(),
          WindowOperators.all(),
          NormalizationOperators.all(),
          RecurrentOperators.all(),
          LossOperators.all());

  @SafeVarargs
  private static Map<String, Operator> join(Map<String, Operator>... families) {
    Map<String, Operator> all = new HashMap<>();
    Stream.of(families).forEach(all::putAll);
    return Map.copyOf(all);
  }
}
