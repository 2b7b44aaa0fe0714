package io.sparknn.onnx;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.conv.Cropping;
import io.sparknn.layer.conv.DepthwiseConvolution;
import io.sparknn.layer.conv.TransposedConvolution;
import io.sparknn.layer.pool.AveragePooling;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.layer.pool.GlobalMaxPooling;
import io.sparknn.layer.pool.MaxPooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Convolution and pooling: channels are the second axis there, the last one here. */
final class WindowOperators {
  private WindowOperators() {}

  static Map<String, Operator> all() {
    return Map.of(
        "Conv", Operator.of(WindowOperators::convolve),
        "ConvTranspose", Operator.of(WindowOperators::convolveTransposed),
        "MaxPool", Operator.of(WindowOperators::maxPool),
        "AveragePool", Operator.of(WindowOperators::averagePool),
        "GlobalMaxPool", globalPool(GlobalMaxPooling::new),
        "GlobalAveragePool", globalPool(GlobalAveragePooling::new),
        "ReduceMax", reduce(new GlobalMaxPooling(1)),
        "ReduceMean", reduce(new GlobalAveragePooling(1)));
  }

  /** The windows on one axis of {@code input} elements with padding before and after. */
  private record Slide(int input, int size, int stride, int dilation, int before, int after) {

    int span() {
      return (size - 1) * dilation + 1;
    }

    int positions() {
      return (input + before + after - span()) / stride + 1;
    }

    Window window(Padding padding) {
      return new Window(size, stride, dilation, padding);
    }

    /** Whether the windows lie as one of our paddings has them. */
    boolean is(Padding padding) {
      Window window = window(padding);
      return (padding == Padding.SAME || span() <= input)
          && window.outputExtent(input) == positions()
          && window.before(input) == before;
    }

    boolean needsZeros() {
      return !is(Padding.VALID) && !is(Padding.SAME);
    }

    /** Our window; on an axis that has got its padding, if it needs zeros. */
    Window window() {
      return window(is(Padding.SAME) && !is(Padding.VALID) ? Padding.SAME : Padding.VALID);
    }
  }

  private static int[] integers(Call call, String attribute, int axes, int otherwise) {
    int[] values = call.node().integers(attribute);
    return values != null ? values : IntStream.generate(() -> otherwise).limit(axes).toArray();
  }

  private static List<Slide> slides(Call call, int[] size) {
    int axes = size.length;
    int[] strides = integers(call, "strides", axes, 1);
    int[] dilations = integers(call, "dilations", axes, 1);
    int[] pads = integers(call, "pads", 2 * axes, 0);
    String automatic = call.node().string("auto_pad", "NOTSET");
    boolean ceil = call.node().integer("ceil_mode", 0) == 1;
    List<Slide> slides = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      int input = call.input().extent(2 + axis);
      int before = pads[axis];
      int after = pads[axes + axis];
      int span = (size[axis] - 1) * dilations[axis] + 1;
      if (automatic.startsWith("SAME")) {
        int positions = (input + strides[axis] - 1) / strides[axis];
        int zeros = Math.max((positions - 1) * strides[axis] + span - input, 0);
        before = automatic.equals("SAME_UPPER") ? zeros / 2 : zeros - zeros / 2;
        after = zeros - before;
      }
      if (ceil) {
        int beyond = (input + before + after - span) % strides[axis];
        after += beyond == 0 ? 0 : strides[axis] - beyond;
      }
      slides.add(new Slide(input, size[axis], strides[axis], dilations[axis], before, after));
    }
    return slides;
  }

  private static List<Window> windows(List<Slide> slides) {
    return slides.stream().map(Slide::window).toList();
  }

  /** Puts zeros around the axes that need them. */
  private static OnnxTensor pad(OnnxTensor channelsLast, List<Slide> slides) {
    if (slides.stream().noneMatch(Slide::needsZeros)) {
      return channelsLast;
    }
    return ShapeOperators.pad(
        channelsLast,
        slides.stream()
            .map(slide -> slide.needsZeros() ? List.of(slide.before, slide.after) : List.of(0, 0))
            .toList());
  }

  private static int[] taps(OnnxTensor kernel) {
    return Arrays.copyOfRange(kernel.shape(), 2, kernel.rank());
  }

  private static OnnxTensor convolve(Call call) {
    OnnxTensor x = call.input().channelsLast();
    OnnxTensor kernel = call.input(1);
    int groups = (int) call.node().integer("group", 1);
    List<Slide> slides = slides(call, taps(kernel));
    int filters = kernel.extent(0);
    int channels = call.input().extent(1);
    boolean isDepthwise = groups > 1 && groups == channels;
    Layer layer =
        isDepthwise
            ? new DepthwiseConvolution(
                windows(slides),
                filters / channels,
                ActivationFunction.LINEAR,
                call.has(2),
                Initializer.ZEROS,
                Initializer.ZEROS)
            : new Convolution(
                filters,
                windows(slides),
                groups,
                ActivationFunction.LINEAR,
                call.has(2),
                Initializer.ZEROS,
                Initializer.ZEROS);
    // There (filters, channels of a group, taps...).
    OnnxTensor ours =
        isDepthwise
            ? tapsFirst(
                kernel.reshape(
                    IntStream.concat(
                            IntStream.of(channels, filters / channels), IntStream.of(taps(kernel)))
                        .toArray()))
            : tapsFirst(kernel.move(0, 1));
    LayerRun run = new LayerRun(layer, pad(x, slides)).weight("kernel", ours);
    if (call.has(2)) {
      run.weight("bias", call.input(2));
    }
    return run.score().channelsFirst();
  }

  /** From {@code (a, b, taps...)} to {@code (taps..., a, b)}. */
  private static OnnxTensor tapsFirst(OnnxTensor kernel) {
    return kernel.move(0, kernel.rank() - 1).move(0, kernel.rank() - 1);
  }

  /**
   * There, padding and a given extent cut what all contributions together would cover, or add
   * positions after it that get none.
   */
  private static OnnxTensor convolveTransposed(Call call) {
    NotApplicable.unless(call.node().integer("group", 1) == 1, "groups");
    OnnxTensor kernel = call.input(1);
    int[] size = taps(kernel);
    int axes = size.length;
    int[] strides = integers(call, "strides", axes, 1);
    int[] dilations = integers(call, "dilations", axes, 1);
    int[] pads = integers(call, "pads", 2 * axes, 0);
    int[] more = integers(call, "output_padding", axes, 0);
    int[] extents = call.node().integers("output_shape");
    boolean isSame = call.node().string("auto_pad", "NOTSET").equals("SAME_UPPER");
    List<Window> windows = new ArrayList<>();
    List<List<Integer>> cut = new ArrayList<>();
    List<List<Integer>> added = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      Padding padding = isSame ? Padding.SAME : Padding.VALID;
      windows.add(new Window(size[axis], strides[axis], dilations[axis], padding));
      int span = (size[axis] - 1) * dilations[axis] + 1;
      int whole =
          (call.input().extent(2 + axis) - 1) * strides[axis] + Math.max(span, strides[axis]);
      int before = pads[axis];
      int after = pads[axes + axis] - more[axis];
      if (extents != null) {
        int zeros = Math.max(whole - extents[axis], 0);
        before = zeros / 2;
        after = whole - extents[axis] - before;
      }
      cut.add(List.of(before, Math.max(after, 0)));
      added.add(List.of(0, Math.max(-after, 0)));
    }
    boolean adds = added.stream().anyMatch(pair -> pair.get(1) > 0);
    NotApplicable.unless(!adds || !call.has(2), "positions of the bias alone");
    LayerRun run =
        new LayerRun(
                new TransposedConvolution(
                    kernel.extent(1),
                    windows,
                    ActivationFunction.LINEAR,
                    call.has(2),
                    Initializer.ZEROS,
                    Initializer.ZEROS),
                call.input().channelsLast())
            // There (channels, filters, taps...).
            .weight("kernel", tapsFirst(kernel.move(0, 1)));
    if (call.has(2)) {
      run.weight("bias", call.input(2));
    }
    OnnxTensor y = LayerRun.score(new Cropping(cut), run.score());
    return (adds ? ShapeOperators.pad(y, added) : y).channelsFirst();
  }

  private static List<Slide> poolSlides(Call call) {
    return slides(call, call.node().integers("kernel_shape"));
  }

  private static OnnxTensor maxPool(Call call) {
    List<Slide> slides = poolSlides(call);
    checkPadding(slides);
    return LayerRun.score(new MaxPooling(windows(slides)), call.input().channelsLast())
        .channelsFirst();
  }

  private static OnnxTensor averagePool(Call call) {
    List<Slide> slides = poolSlides(call);
    OnnxTensor x = call.input().channelsLast();
    if (call.node().integer("count_include_pad", 0) == 1) {
      NotApplicable.unless(
          call.node().integer("ceil_mode", 0) == 0, "counted padding, but not all of it");
      x =
          ShapeOperators.pad(
              x, slides.stream().map(slide -> List.of(slide.before, slide.after)).toList());
      List<Window> windows = slides.stream().map(slide -> slide.window(Padding.VALID)).toList();
      return LayerRun.score(new AveragePooling(windows), x).channelsFirst();
    }
    checkPadding(slides);
    return LayerRun.score(new AveragePooling(windows(slides)), x).channelsFirst();
  }

  private static void checkPadding(List<Slide> slides) {
    NotApplicable.unless(
        slides.stream().noneMatch(Slide::needsZeros), "padding other than 'valid' and 'same'");
    NotApplicable.unless(
        slides.stream().allMatch(slide -> slide.dilation == 1 || slide.is(Padding.VALID)),
        "dilated windows with padding 'same'");
  }

  private static Operator globalPool(Function<Integer, Layer> layer) {
    return Operator.of(
        call -> {
          OnnxTensor x = call.input();
          OnnxTensor pooled = LayerRun.score(layer.apply(x.rank() - 2), x.channelsLast());
          return pooled.reshape(
              IntStream.range(0, x.rank()).map(axis -> axis < 2 ? x.extent(axis) : 1).toArray());
        });
  }

  /** Pools some axes, all others being those of channels. */
  private static Operator reduce(Layer layer) {
    return Operator.of(
        call -> {
          OnnxTensor x = call.input();
          int[] axes = call.node().integers("axes");
          List<Integer> reduced =
              (axes == null ? IntStream.range(0, x.rank()) : IntStream.of(axes).map(x::axis))
                  .boxed()
                  .toList();
          List<Integer> order = new ArrayList<>(reduced);
          IntStream.range(0, x.rank()).filter(axis -> !reduced.contains(axis)).forEach(order::add);
          OnnxTensor sorted = x.transpose(order.stream().mapToInt(axis -> axis).toArray());
          int steps = sorted.size(0, reduced.size());
          boolean keep = call.node().integer("keepdims", 1) == 1;
          return LayerRun.score(layer, sorted.reshape(1, steps, x.size() / steps))
              .reshape(
                  IntStream.range(0, x.rank())
                      .filter(axis -> keep || !reduced.contains(axis))
                      .map(axis -> reduced.contains(axis) ? 1 : x.extent(axis))
                      .toArray());
        });
  }
}
