package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Axes;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.HasBiasInitializer;
import io.sparknn.ml.param.HasDilationRate;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.HasKernelSize;
import io.sparknn.ml.param.HasPadding;
import io.sparknn.ml.param.HasStrides;
import io.sparknn.ml.param.HasUseBias;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.IntParam;

/** Two-dimensional convolution: see {@link io.sparknn.layer.conv.Conv2D}. */
public final class Conv2D extends UnaryLayerStage<Conv2D>
    implements HasKernelSize<Conv2D>,
        HasStrides<Conv2D>,
        HasPadding<Conv2D>,
        HasDilationRate<Conv2D>,
        HasActivation<Conv2D>,
        HasUseBias<Conv2D>,
        HasKernelInitializer<Conv2D>,
        HasBiasInitializer<Conv2D> {
  private static final long serialVersionUID = 1L;

  public Conv2D() {
    this(newUid(Conv2D.class));
  }

  public Conv2D(String uid) {
    super(uid);
    setDefault(kernelSize(), new int[] {3});
    setDefault(strides(), new int[] {1});
    setDefault(padding(), "valid");
    setDefault(dilationRate(), new int[] {1});
    setDefault(activation(), "linear");
    setDefault(useBias(), true);
    setDefault(kernelInitializer(), "glorot_uniform");
    setDefault(biasInitializer(), "zeros");
  }

  /** Param: the number of output channels. */
  public IntParam filters() {
    return Rule.atLeast(1, this, "filters", "the number of output channels");
  }

  public int getFilters() {
    return (Integer) getOrDefault(filters());
  }

  public Conv2D setFilters(int value) {
    set(filters(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(filters())) {
      throw new IllegalArgumentException("filters must be set: the number of output channels");
    }
    return new io.sparknn.layer.conv.Conv2D(
        getFilters(),
        window(0),
        window(1),
        Rule.parse(ActivationFunction.class, getActivation()),
        getUseBias(),
        Rule.parse(Initializer.class, getKernelInitializer()),
        Rule.parse(Initializer.class, getBiasInitializer()));
  }

  private Window window(int axis) {
    return new Window(
        Axes.at(axis, 2, "kernelSize", getKernelSize()),
        Axes.at(axis, 2, "strides", getStrides()),
        Axes.at(axis, 2, "dilationRate", getDilationRate()),
        Rule.parse(Padding.class, getPadding()));
  }
}
