package io.sparknn.onnx;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.core.Activation;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Losses. */
final class LossOperators {
  private LossOperators() {}

  static Map<String, Operator> all() {
    return Map.of("SoftmaxCrossEntropyLoss", LossOperators::softmaxCrossEntropy);
  }

  /** The weight of a row is that of its class there; rows of one class may be left out. */
  private static List<OnnxTensor> softmaxCrossEntropy(Call call) {
    OnnxTensor scores = call.input().channelsLast();
    int classes = call.input().extent(1);
    OnnxTensor labels = call.input(1);
    OnnxTensor classWeights = call.has(2) ? call.input(2) : OnnxTensor.filled(1, classes);
    boolean ignores = call.node().has("ignore_index");
    long ignored = call.node().integer("ignore_index", 0);
    double[] weights =
        DoubleStream.of(labels.values())
            .map(k -> ignores && k == ignored ? 0 : classWeights.values()[(int) k])
            .toArray();
    double[] losses =
        IntStream.range(0, labels.size())
            .mapToDouble(
                row ->
                    loss(scores, row, weights[row] == 0 ? 0 : labels.values()[row], weights[row]))
            .toArray();
    double sum = DoubleStream.of(losses).sum();
    OnnxTensor loss =
        switch (call.node().string("reduction", "mean")) {
          case "none" -> new OnnxTensor(labels.shape(), losses);
          case "sum" -> OnnxTensor.filled(sum);
          default -> OnnxTensor.filled(sum / DoubleStream.of(weights).sum());
        };
    return Arrays.asList(
        loss,
        LayerRun.score(new Activation(ActivationFunction.LOG_SOFTMAX), scores).channelsFirst());
  }

  private static double loss(OnnxTensor scores, int row, double label, double weight) {
    int classes = scores.extent(scores.rank() - 1);
    Shape shape = Shape.of(1, classes);
    Tensor output = new Tensor(scores.floats(row * classes, classes), 0, shape);
    return new SoftmaxCrossEntropy()
        .evaluate(
            output,
            new float[] {(float) label},
            new float[] {(float) weight},
            Tensor.zeros(shape.extents()))
        .loss();
  }
}
