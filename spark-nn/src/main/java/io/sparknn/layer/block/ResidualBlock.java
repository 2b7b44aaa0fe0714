package io.sparknn.layer.block;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Absent;
import io.sparknn.layer.Composite;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.conv.ZeroPadding;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.pool.AveragePooling;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A residual block of convolutions without bias and with padding {@code same}, batch normalisations
 * and a shortcut (He et al., CVPR 2016): {@code y = activation(norm(... activation(norm(
 * convolution(x)))) + shortcut(x))}; with {@code preActivation}, norm and activation stand before
 * each convolution instead, and none behind the sum (He et al., ECCV 2016).
 *
 * <p>Input {@code (rows, columns, channels)}, output {@code (rows / stride, columns / stride,
 * filters)}, rounded up, and four times as many channels for the variant {@code bottleneck}. Parts:
 * {@code 1/convolution}, {@code 1/norm}, {@code 1/activation}, {@code 2/...}, {@code
 * shortcut/convolution}, {@code shortcut/norm}, {@code add} and {@code activation}.
 *
 * @param filters the number of channels of the 3 by 3 convolutions
 * @param stride of the first 3 by 3 convolution
 * @param shortcut how the input is brought to the output's shape, if it has another
 * @param momentum of the batch normalisations, like epsilon
 * @param acrossReplicas whether these use the statistics of the whole batch
 */
public record ResidualBlock(
    Variant variant,
    int filters,
    int stride,
    Shortcut shortcut,
    boolean preActivation,
    ActivationFunction activation,
    double momentum,
    double epsilon,
    Initializer kernelInitializer,
    @Absent("false") boolean acrossReplicas)
    implements Composite {

  /** Which convolutions a block has. */
  public enum Variant {
    /** Two of 3 by 3. */
    BASIC,
    /** 1 by 1, 3 by 3, and 1 by 1 to four times as many channels. */
    BOTTLENECK;

    /** The name as users write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the input is brought to another shape. */
  public enum Shortcut {
    /**
     * By a 1 by 1 convolution and a batch normalisation; with pre-activation by the convolution
     * alone, which then reads what the first one reads.
     */
    PROJECTION,
    /** By leaving out positions and adding channels of 0, without weights. */
    PADDING;

    /** The name as users write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int EXPANSION = 4;

  public ResidualBlock {
    Inputs.checkPositive("filters", filters);
    Inputs.checkPositive("stride", stride);
    Inputs.checkRate("momentum", momentum);
    Inputs.checkPositive("epsilon", epsilon);
  }

  /** A block whose replicas normalise by their own rows. */
  public ResidualBlock(
      Variant variant,
      int filters,
      int stride,
      Shortcut shortcut,
      boolean preActivation,
      ActivationFunction activation,
      double momentum,
      double epsilon,
      Initializer kernelInitializer) {
    this(
        variant,
        filters,
        stride,
        shortcut,
        preActivation,
        activation,
        momentum,
        epsilon,
        kernelInitializer,
        false);
  }

  @Override
  public Wire wire(Wiring wiring, List<Wire> inputs) {
    Inputs.one(inputs.stream().map(Wire::shape).toList(), 3, "(rows, columns, channels)");
    Wire input = inputs.get(0);
    Wire first = preActivation ? activate(wiring, "1", input) : input;
    Wire branch =
        variant == Variant.BASIC
            ? convolve(wiring, first, List.of(3, 3), List.of(filters, filters))
            : convolve(wiring, first, List.of(1, 3, 1), List.of(filters, filters, expanded()));
    Wire sum = wiring.apply("add", new Add(), branch, shortcut(wiring, input, first));
    return preActivation ? sum : wiring.apply("activation", new Activation(activation), sum);
  }

  /** The convolutions, the first 3 by 3 of which has the stride, and what stands between them. */
  private Wire convolve(Wiring wiring, Wire input, List<Integer> sizes, List<Integer> channels) {
    Wire wire = input;
    for (int i = 0; i < sizes.size(); i++) {
      String part = Integer.toString(i + 1);
      if (preActivation && i > 0) {
        wire = activate(wiring, part, wire);
      }
      int step = i == sizes.indexOf(3) ? stride : 1;
      wire =
          wiring.apply(
              part + "/convolution", convolution(channels.get(i), sizes.get(i), step), wire);
      if (!preActivation) {
        boolean isLast = i == sizes.size() - 1;
        wire = isLast ? normalize(wiring, part, wire) : activate(wiring, part, wire);
      }
    }
    return wire;
  }

  private Wire shortcut(Wiring wiring, Wire input, Wire activated) {
    int channels = variant == Variant.BASIC ? filters : expanded();
    Shape shape = input.shape();
    if (stride == 1 && shape.last() == channels) {
      return input;
    }
    // As long as a shape is not known, only that of the output matters, which is the same for both.
    if (shortcut == Shortcut.PADDING && !shape.isOpen()) {
      return pad(wiring, input, channels);
    }
    Wire projected =
        wiring.apply(
            "shortcut/convolution",
            convolution(channels, 1, stride),
            preActivation ? activated : input);
    return preActivation ? projected : normalize(wiring, "shortcut", projected);
  }

  private Wire pad(Wiring wiring, Wire input, int channels) {
    int missing = channels - input.shape().last();
    if (missing < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "shortcut 'padding' adds channels only; received %s for an output of %d channels: use 'projection'",
              input.shape(),
              channels));
    }
    Wire wire =
        wiring.apply("shortcut/pool", new AveragePooling(windows(1, stride, Padding.VALID)), input);
    if (missing == 0) {
      return wire;
    }
    int rows = wire.shape().extent(0);
    int columns = wire.shape().extent(1);
    // Channels become an axis like any other.
    Shape volume = Shape.of(rows, columns, wire.shape().last(), 1);
    List<Integer> none = List.of(0, 0);
    wire = wiring.apply("shortcut/volume", new Reshape(volume), wire);
    wire =
        wiring.apply(
            "shortcut/padding", new ZeroPadding(List.of(none, none, List.of(0, missing))), wire);
    return wiring.apply("shortcut/image", new Reshape(Shape.of(rows, columns, channels)), wire);
  }

  private Wire activate(Wiring wiring, String part, Wire input) {
    Wire normalized = normalize(wiring, part, input);
    return wiring.apply(part + "/activation", new Activation(activation), normalized);
  }

  private Wire normalize(Wiring wiring, String part, Wire input) {
    return wiring.apply(
        part + "/norm",
        new BatchNormalization(momentum, epsilon, true, true, acrossReplicas),
        input);
  }

  private Convolution convolution(int channels, int size, int step) {
    return new Convolution(
        channels,
        windows(size, step, Padding.SAME),
        1,
        ActivationFunction.LINEAR,
        false,
        kernelInitializer,
        Initializer.ZEROS);
  }

  private static List<Window> windows(int size, int step, Padding padding) {
    return Collections.nCopies(2, new Window(size, step, 1, padding));
  }

  private int expanded() {
    return Sizes.extent((long) EXPANSION * filters, "filters");
  }
}
