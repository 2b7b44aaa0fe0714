package io.sparknn.onnx;

import io.sparknn.layer.conv.Interpolation;
import io.sparknn.layer.conv.UpSampling;
import io.sparknn.layer.conv.ZeroPadding;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.merge.Concatenate;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Reshaping, joining, padding and resizing. */
final class ShapeOperators {
  private ShapeOperators() {}

  static Map<String, Operator> all() {
    return Map.of(
        "Reshape", Operator.of(ShapeOperators::reshape),
        "Flatten", Operator.of(ShapeOperators::flatten),
        "Concat", Operator.of(ShapeOperators::concat),
        "Pad", Operator.of(ShapeOperators::pad),
        "Resize", Operator.of(ShapeOperators::resize),
        "Upsample", Operator.of(ShapeOperators::upsample));
  }

  /** Row by row if the first axis stays, else all as one row. */
  private static OnnxTensor reshape(Call call) {
    OnnxTensor x = call.input();
    int[] target = call.input(1).integers();
    for (int axis = 0; axis < target.length; axis++) {
      target[axis] = target[axis] == 0 ? x.extent(axis) : target[axis];
    }
    if (x.rank() > 1 && target.length > 1 && target[0] == x.extent(0)) {
      Shape row = Shape.of(Arrays.copyOfRange(target, 1, target.length));
      return LayerRun.score(new Reshape(row), x);
    }
    return LayerRun.score(new Reshape(Shape.of(target)), x.asRow()).withoutAxis(0);
  }

  private static OnnxTensor flatten(Call call) {
    OnnxTensor x = call.input();
    int axis = call.axis(1);
    int[] row = Arrays.copyOfRange(x.shape(), axis, x.rank());
    IntStream batch = IntStream.concat(IntStream.of(x.size(0, axis)), IntStream.of(row));
    return LayerRun.score(new Flatten(), x.reshape(batch.toArray()));
  }

  private static OnnxTensor concat(Call call) {
    if (call.axis(1) == 0) {
      OnnxTensor[] rows = call.inputs().stream().map(OnnxTensor::asRow).toArray(OnnxTensor[]::new);
      return LayerRun.score(new Concatenate(1), rows).withoutAxis(0);
    }
    Concatenate layer = new Concatenate((int) call.node().integer("axis", 1));
    return LayerRun.score(layer, call.inputs().toArray(OnnxTensor[]::new));
  }

  private static OnnxTensor pad(Call call) {
    NotApplicable.unless(
        call.node().string("mode", "constant").equals("constant"),
        "padding by other than constants");
    double value = call.has(2) ? call.input(2).values()[0] : call.node().real("value", 0);
    NotApplicable.unless(value == 0, "padding by other constants than 0");
    int[] pads = call.has(1) ? call.input(1).integers() : call.node().integers("pads");
    int rank = pads.length / 2;
    NotApplicable.unless(
        pads[0] == 0 && pads[1] == 0 && pads[rank] == 0 && pads[rank + 1] == 0,
        "padding of rows or channels");
    NotApplicable.unless(IntStream.of(pads).allMatch(pad -> pad >= 0), "negative padding");
    List<List<Integer>> padding = new ArrayList<>();
    for (int axis = 2; axis < rank; axis++) {
      padding.add(List.of(pads[axis], pads[rank + axis]));
    }
    return pad(call.input().channelsLast(), padding).channelsFirst();
  }

  /** Pads the axes between that of the rows and that of the channels. */
  static OnnxTensor pad(OnnxTensor channelsLast, List<List<Integer>> padding) {
    return LayerRun.score(new ZeroPadding(padding), channelsLast);
  }

  private static OnnxTensor resize(Call call) {
    OnnxTensor x = call.input();
    double[] scales =
        call.has(2)
            ? call.input(2).values()
            : IntStream.range(0, x.rank())
                .mapToDouble(axis -> call.input(3).values()[axis] / x.extent(axis))
                .toArray();
    String mode = call.node().string("mode", "nearest");
    String coordinates = call.node().string("coordinate_transformation_mode", "half_pixel");
    String rounding = call.node().string("nearest_mode", "round_prefer_floor");
    NotApplicable.unless(!mode.equals("cubic"), "cubic interpolation");
    boolean copies =
        (coordinates.equals("half_pixel") && rounding.startsWith("round"))
            || (coordinates.equals("asymmetric") && rounding.equals("floor"));
    NotApplicable.unless(
        mode.equals("nearest") ? copies : coordinates.equals("half_pixel"),
        "%s of coordinates %s%s"
            .formatted(mode, coordinates, mode.equals("nearest") ? " by " + rounding : ""));
    return resize(x, scales, mode);
  }

  private static OnnxTensor upsample(Call call) {
    String mode = call.node().string("mode", "nearest");
    NotApplicable.unless(mode.equals("nearest"), "linear of coordinates asymmetric");
    return resize(call.input(), call.input(1).values(), mode);
  }

  private static OnnxTensor resize(OnnxTensor x, double[] scales, String mode) {
    NotApplicable.unless(
        DoubleStream.of(scales).allMatch(scale -> scale >= 1 && scale == Math.rint(scale)),
        "scales that are not whole numbers");
    NotApplicable.unless(scales[0] == 1 && scales[1] == 1, "scaling of rows or channels");
    List<Integer> size = DoubleStream.of(scales).skip(2).mapToObj(scale -> (int) scale).toList();
    Interpolation interpolation =
        mode.equals("linear") ? Interpolation.BILINEAR : Interpolation.NEAREST;
    return LayerRun.score(new UpSampling(size, interpolation), x.channelsLast()).channelsFirst();
  }
}
