package io.sparknn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.Layer;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Stream;

/** A layer on tensors whose first axis is that of the rows. */
final class LayerRun {
  private final NetworkTrial trial;
  private final float[][] data;
  private final int rows;

  LayerRun(Layer layer, OnnxTensor... inputs) {
    trial = NetworkTrial.of(layer, Stream.of(inputs).map(LayerRun::rowShape).toList());
    data = Stream.of(inputs).map(OnnxTensor::floats).toArray(float[][]::new);
    rows = inputs[0].extent(0);
  }

  private static Shape rowShape(OnnxTensor input) {
    return input.rank() == 1
        ? Shape.of(1)
        : Shape.of(Arrays.copyOfRange(input.shape(), 1, input.rank()));
  }

  /** What a layer without weights computes. */
  static OnnxTensor score(Layer layer, OnnxTensor... inputs) {
    return new LayerRun(layer, inputs).score();
  }

  private Tensor place(String name) {
    return trial.weight(name, trial.weights());
  }

  /** Sets a weight of the layer, whose elements are in the same order. */
  LayerRun weight(String name, OnnxTensor value) {
    Tensor place = place(name);
    assertEquals(place.size(), value.size(), name);
    System.arraycopy(value.floats(), 0, place.data(), place.offset(), place.size());
    return this;
  }

  /** A weight of the layer. */
  OnnxTensor weight(String name) {
    Tensor place = place(name);
    int end = place.offset() + place.size();
    return OnnxTensor.of(
        place.shape().extents(), Arrays.copyOfRange(place.data(), place.offset(), end));
  }

  /** The output in scoring. */
  OnnxTensor score() {
    return output(trial.score(data));
  }

  /** The output in training. */
  OnnxTensor train() {
    return output(trial.train(data));
  }

  /** Updates the statistics as after a step of training. */
  void updateStatistics() {
    float[] noGradient = new float[trial.train(data).length];
    trial.updateStatistics(trial.step(data, noGradient).weights(), rows);
  }

  private OnnxTensor output(float[] values) {
    return OnnxTensor.of(trial.network().outputShape().batch(rows).extents(), values);
  }
}
