package io.sparknn.onnx;

import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.norm.GroupNormalization;
import io.sparknn.layer.norm.LayerNormalization;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Normalisation. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  static Map<String, Operator> all() {
    return Map.of(
        "BatchNormalization", NormalizationOperators::batch,
        "InstanceNormalization", Operator.of(NormalizationOperators::instance),
        "LayerNormalization", Operator.of(NormalizationOperators::layer));
  }

  private static double epsilon(Call call) {
    return call.node().real("epsilon", 1e-5);
  }

  private static boolean training(Call call) {
    return call.node().opset() < 7
        ? call.node().integer("is_test", 0) == 0
        : call.node().integer("training_mode", 0) == 1;
  }

  private static List<OnnxTensor> batch(Call call) {
    BatchNormalization layer =
        new BatchNormalization(call.node().real("momentum", 0.9), epsilon(call), true, true);
    LayerRun run =
        new LayerRun(layer, call.input().channelsLast())
            .weight("gamma", call.input(1))
            .weight("beta", call.input(2))
            .weight("moving_mean", call.input(3))
            .weight("moving_variance", call.input(4));
    if (!training(call)) {
      return Collections.singletonList(run.score().channelsFirst());
    }
    OnnxTensor y = run.train().channelsFirst();
    run.updateStatistics();
    return List.of(y, run.weight("moving_mean"), run.weight("moving_variance"));
  }

  private static OnnxTensor instance(Call call) {
    GroupNormalization layer =
        new GroupNormalization(call.input().extent(1), epsilon(call), true, true);
    return new LayerRun(layer, call.input().channelsLast())
        .weight("gamma", call.input(1))
        .weight("beta", call.input(2))
        .score()
        .channelsFirst();
  }

  /** There, all axes from the given one on are normalised together. */
  private static OnnxTensor layer(Call call) {
    OnnxTensor x = call.input();
    int axis = call.axis(-1);
    OnnxTensor rows = x.reshape(x.size(0, axis), x.size(axis, x.rank()));
    LayerRun run =
        new LayerRun(new LayerNormalization(epsilon(call), call.has(2), true), rows)
            .weight("gamma", call.input(1));
    if (call.has(2)) {
      run.weight("beta", call.input(2));
    }
    return run.score().reshape(x.shape());
  }
}
