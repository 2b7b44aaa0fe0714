package io.sparknn.onnx;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.PReLU;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.merge.Average;
import io.sparknn.layer.merge.Maximum;
import io.sparknn.layer.merge.Minimum;
import io.sparknn.layer.merge.Multiply;
import io.sparknn.layer.merge.Subtract;
import io.sparknn.layer.regularization.Dropout;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Activation functions, dropout and merges. */
final class ElementwiseOperators {
  private ElementwiseOperators() {}

  static Map<String, Operator> all() {
    Map<String, Operator> all = new HashMap<>();
    all.put("Identity", activation(ActivationFunction.LINEAR));
    all.put("Relu", activation(ActivationFunction.RELU));
    all.put("Sigmoid", activation(ActivationFunction.SIGMOID));
    all.put("Tanh", activation(ActivationFunction.TANH));
    all.put("Softplus", activation(ActivationFunction.SOFTPLUS));
    all.put("Softsign", activation(ActivationFunction.SOFTSIGN));
    all.put("Exp", activation(ActivationFunction.EXPONENTIAL));
    all.put("Elu", Operator.of(ElementwiseOperators::elu));
    all.put("Selu", Operator.of(ElementwiseOperators::selu));
    all.put("HardSigmoid", Operator.of(ElementwiseOperators::hardSigmoid));
    all.put("HardSwish", Operator.of(ElementwiseOperators::hardSwish));
    all.put("LeakyRelu", Operator.of(ElementwiseOperators::leakyRelu));
    all.put("PRelu", Operator.of(ElementwiseOperators::prelu));
    all.put("Softmax", softmax(ActivationFunction.SOFTMAX));
    all.put("LogSoftmax", softmax(ActivationFunction.LOG_SOFTMAX));
    all.put("Dropout", Operator.of(ElementwiseOperators::dropout));
    all.put("Add", merge(new Add()));
    all.put("Sum", merge(new Add()));
    all.put("Sub", merge(new Subtract()));
    all.put("Mul", merge(new Multiply()));
    all.put("Mean", merge(new Average()));
    all.put("Max", merge(new Maximum()));
    all.put("Min", merge(new Minimum()));
    return all;
  }

  private static OnnxTensor score(Layer layer, OnnxTensor... inputs) {
    return LayerRun.score(
            layer, Stream.of(inputs).map(OnnxTensor::asRows).toArray(OnnxTensor[]::new))
        .reshape(inputs[0].shape());
  }

  private static Operator activation(ActivationFunction function) {
    return Operator.of(call -> score(new Activation(function), call.input()));
  }

  /** Refuses an attribute other than the constant of our function. */
  private static void constant(Call call, String attribute, double otherwise, double ours) {
    NotApplicable.unless(
        Math.abs(call.node().real(attribute, otherwise) - ours) < 1e-5,
        "%s is not %s".formatted(attribute, (float) ours));
  }

  private static OnnxTensor elu(Call call) {
    constant(call, "alpha", 1, 1);
    return score(new Activation(ActivationFunction.ELU), call.input());
  }

  private static OnnxTensor selu(Call call) {
    constant(call, "alpha", 1.67326, 1.67326);
    constant(call, "gamma", 1.0507, 1.0507);
    return score(new Activation(ActivationFunction.SELU), call.input());
  }

  private static OnnxTensor hardSigmoid(Call call) {
    constant(call, "alpha", 0.2, 1.0 / 6);
    constant(call, "beta", 0.5, 0.5);
    return score(new Activation(ActivationFunction.HARD_SIGMOID), call.input());
  }

  private static OnnxTensor hardSwish(Call call) {
    OnnxTensor gate = score(new Activation(ActivationFunction.HARD_SIGMOID), call.input());
    return score(new Multiply(), call.input(), gate);
  }

  private static OnnxTensor leakyRelu(Call call) {
    return rectify(call.input().asRows(), OnnxTensor.filled(call.node().real("alpha", 0.01)))
        .reshape(call.input().shape());
  }

  private static OnnxTensor prelu(Call call) {
    OnnxTensor x = call.input();
    OnnxTensor slope = call.input(1);
    if (call.node().opset() < 7) {
      return rectify(x.channelsLast(), slope).channelsFirst();
    }
    if (slope.hasShapeOf(x)) {
      return rectify(x.reshape(1, x.size()), slope).reshape(x.shape());
    }
    NotApplicable.unless(
        slope.size() == 1 || (slope.rank() == 1 && slope.size() == x.extent(x.rank() - 1)),
        "slopes along other axes than the last");
    return rectify(x.asRows(), slope).reshape(x.shape());
  }

  /** Rectifies by a slope for each element of the last axis, or by one for all. */
  private static OnnxTensor rectify(OnnxTensor x, OnnxTensor slope) {
    OnnxTensor alpha =
        slope.size() > 1 ? slope : OnnxTensor.filled(slope.values()[0], x.extent(x.rank() - 1));
    return new LayerRun(new PReLU(Initializer.ZEROS), x).weight("alpha", alpha).score();
  }

  /** Up to version 12, all axes from the given one on count together. */
  private static Operator softmax(ActivationFunction function) {
    Activation layer = new Activation(function);
    return Operator.of(
        call -> {
          OnnxTensor x = call.input();
          if (call.node().opset() < 13) {
            int axis = call.axis(1);
            return score(layer, x.reshape(x.size(0, axis), x.size(axis, x.rank())))
                .reshape(x.shape());
          }
          int axis = call.axis(-1);
          return score(layer, x.move(axis, x.rank() - 1)).move(x.rank() - 1, axis);
        });
  }

  private static OnnxTensor dropout(Call call) {
    boolean training = call.has(2) && call.input(2).values()[0] != 0;
    double rate = call.has(1) ? call.input(1).values()[0] : call.node().real("ratio", 0.5);
    NotApplicable.unless(!training || rate == 0, "random numbers");
    LayerRun run = new LayerRun(new Dropout(rate), call.input().asRows());
    return (training ? run.train() : run.score()).reshape(call.input().shape());
  }

  private static Operator merge(Layer layer) {
    return Operator.of(
        call -> {
          NotApplicable.unless(call.inputs().size() > 1, "one input only");
          NotApplicable.unless(
              call.inputs().stream().allMatch(call.input()::hasShapeOf), "inputs are broadcast");
          return score(layer, call.inputs().toArray(OnnxTensor[]::new));
        });
  }
}
