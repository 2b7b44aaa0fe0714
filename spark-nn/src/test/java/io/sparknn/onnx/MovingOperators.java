package io.sparknn.onnx;

import java.util.Map;
import java.util.stream.IntStream;

/** Operators that only move or make data, as between other operators: no layer computes them. */
final class MovingOperators {
  private MovingOperators() {}

  static Map<String, Operator> all() {
    return Map.of(
        "Constant", Operator.of(MovingOperators::constant),
        "Transpose", Operator.of(MovingOperators::transpose),
        "Squeeze", Operator.of(MovingOperators::squeeze),
        "Unsqueeze", Operator.of(MovingOperators::unsqueeze));
  }

  private static OnnxTensor constant(Call call) {
    return call.node().tensor("value").orElseThrow();
  }

  private static OnnxTensor transpose(Call call) {
    int rank = call.input().rank();
    int[] reverse = IntStream.range(0, rank).map(axis -> rank - 1 - axis).toArray();
    int[] order = call.node().integers("perm");
    return call.input().transpose(order == null ? reverse : order);
  }

  private static int[] axes(Call call) {
    return call.has(1) ? call.input(1).integers() : call.node().integers("axes");
  }

  private static OnnxTensor squeeze(Call call) {
    OnnxTensor x = call.input();
    int[] axes = IntStream.of(axes(call)).map(x::axis).sorted().toArray();
    for (int i = axes.length - 1; i >= 0; i--) {
      x = x.withoutAxis(axes[i]);
    }
    return x;
  }

  private static OnnxTensor unsqueeze(Call call) {
    OnnxTensor x = call.input();
    int rank = x.rank() + axes(call).length;
    int[] axes = IntStream.of(axes(call)).map(axis -> Math.floorMod(axis, rank)).sorted().toArray();
    for (int axis : axes) {
      x = x.withAxis(axis);
    }
    return x;
  }
}
