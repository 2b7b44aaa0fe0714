package io.sparknn.layer;

import static io.sparknn.activation.ActivationFunction.GELU_TANH;
import static io.sparknn.activation.ActivationFunction.LINEAR;
import static io.sparknn.activation.ActivationFunction.RELU;
import static io.sparknn.activation.ActivationFunction.SIGMOID;
import static io.sparknn.activation.ActivationFunction.SILU;
import static io.sparknn.activation.ActivationFunction.SOFTSIGN;
import static io.sparknn.activation.ActivationFunction.TANH;
import static io.sparknn.init.Initializer.GLOROT_UNIFORM;
import static io.sparknn.init.Initializer.HE_NORMAL;
import static io.sparknn.init.Initializer.ONES;
import static io.sparknn.init.Initializer.ORTHOGONAL;
import static io.sparknn.init.Initializer.ZEROS;
import static io.sparknn.layer.Padding.CAUSAL;
import static io.sparknn.layer.Padding.SAME;
import static io.sparknn.layer.Padding.VALID;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.init.Initializer;
import io.sparknn.layer.attention.AdditiveAttention;
import io.sparknn.layer.attention.Attention;
import io.sparknn.layer.attention.MultiHeadAttention;
import io.sparknn.layer.attention.ScoreMode;
import io.sparknn.layer.block.Bidirectional;
import io.sparknn.layer.block.Bidirectional.MergeMode;
import io.sparknn.layer.block.ResidualBlock;
import io.sparknn.layer.block.ResidualBlock.Shortcut;
import io.sparknn.layer.block.ResidualBlock.Variant;
import io.sparknn.layer.block.SeparableConvolution;
import io.sparknn.layer.block.TransformerDecoder;
import io.sparknn.layer.block.TransformerEncoder;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.conv.Cropping;
import io.sparknn.layer.conv.DepthwiseConvolution;
import io.sparknn.layer.conv.Interpolation;
import io.sparknn.layer.conv.TransposedConvolution;
import io.sparknn.layer.conv.UpSampling;
import io.sparknn.layer.conv.ZeroPadding;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.core.PReLU;
import io.sparknn.layer.core.Permute;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.embed.InvalidIds;
import io.sparknn.layer.embed.PositionEmbedding;
import io.sparknn.layer.embed.SinusoidalPositionEncoding;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.merge.Average;
import io.sparknn.layer.merge.Concatenate;
import io.sparknn.layer.merge.Dot;
import io.sparknn.layer.merge.Maximum;
import io.sparknn.layer.merge.Minimum;
import io.sparknn.layer.merge.Multiply;
import io.sparknn.layer.merge.Subtract;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.norm.GroupNormalization;
import io.sparknn.layer.norm.LayerNormalization;
import io.sparknn.layer.norm.RMSNormalization;
import io.sparknn.layer.pool.AveragePooling;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.layer.pool.GlobalMaxPooling;
import io.sparknn.layer.pool.MaxPooling;
import io.sparknn.layer.recurrent.GRU;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.layer.recurrent.SimpleRNN;
import io.sparknn.layer.regularization.AlphaDropout;
import io.sparknn.layer.regularization.Dropout;
import io.sparknn.layer.regularization.GaussianDropout;
import io.sparknn.layer.regularization.GaussianNoise;
import io.sparknn.layer.regularization.SpatialDropout;
import io.sparknn.ml.LayerStage;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the contract test runs over: for each stage the layer that it describes and the shapes that
 * the layer reads. A new layer is one more case here; its first sets only what has no default.
 */
final class LayerCases {

  /** A stage, the layer that it describes, and the shapes of a row of its inputs. */
  record LayerCase(LayerStage<?> stage, Layer layer, List<Shape> inputs) {
    NetworkTrial trial() {
      return NetworkTrial.of(layer, inputs);
    }
  }

  private static final Shape IMAGE = Shape.of(5, 6, 2);
  private static final Shape SEQUENCES = Shape.of(Shape.RAGGED, 3);
  private static final Shape RAGGED = Shape.of(Shape.RAGGED, 4);
  private static final Shape SEQUENCE = Shape.of(7, 2);
  private static final Shape VOLUME = Shape.of(4, 3, 5, 2);

  static final List<LayerCase> ALL = new ArrayList<>();

  static {
    core();
    convolutionAndPooling();
    recurrent();
    attentionAndTransformer();
    embedding();
  }

  private LayerCases() {}

  private static void layerCase(LayerStage<?> stage, Layer layer, Shape... inputs) {
    ALL.add(new LayerCase(stage, layer, List.of(inputs)));
  }

  /** Each stage that sets only what has no default, and the layer that it describes. */
  static Map<LayerStage<?>, Layer> firstCases() {
    Map<Class<?>, LayerCase> first = new LinkedHashMap<>();
    ALL.forEach(each -> first.putIfAbsent(each.stage.getClass(), each));
    Map<LayerStage<?>, Layer> layers = new LinkedHashMap<>();
    first.values().forEach(each -> layers.put(each.stage, each.layer));
    return layers;
  }

  /** Core layers, regularisation, normalisation, merging, residual blocks. */
  private static void core() {
    layerCase(
        new io.sparknn.ml.layer.Dense().setUnits(3),
        new Dense(3, LINEAR, true, GLOROT_UNIFORM, ZEROS),
        Shape.of(5));
    layerCase(
        new io.sparknn.ml.layer.Dense()
            .setUnits(3)
            .setActivation("tanh")
            .setUseBias(false)
            .setKernelInitializer("he_normal"),
        new Dense(3, TANH, false, HE_NORMAL, ZEROS),
        Shape.of(4, 5));
    layerCase(new io.sparknn.ml.layer.Flatten(), new Flatten(), IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Reshape().setTargetShape(3, -1, 2),
        new Reshape(Shape.of(3, -1, 2)),
        Shape.of(4, 6));
    for (ActivationFunction function : ActivationFunction.values()) {
      layerCase(
          new io.sparknn.ml.layer.Activation().setActivation(function.toString()),
          new Activation(function),
          Shape.of(3, 5));
      layerCase(
          new io.sparknn.ml.layer.Dense().setUnits(3).setActivation(function.toString()),
          new Dense(3, function),
          Shape.of(5));
    }
    layerCase(
        new io.sparknn.ml.layer.Dense().setUnits(3).setActivation("tanh"),
        new Dense(3, TANH),
        Shape.of(Shape.RAGGED, 4));
    layerCase(
        new io.sparknn.ml.layer.Activation().setActivation("softmax"),
        new Activation(ActivationFunction.SOFTMAX),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.Reshape().setTargetShape(-1, 1),
        new Reshape(Shape.of(-1, 1)),
        Shape.of(Shape.RAGGED));
    layerCase(
        new io.sparknn.ml.layer.Reshape().setTargetShape(-1, 6),
        new Reshape(Shape.of(-1, 6)),
        Shape.of(Shape.RAGGED, 3, 2));
    layerCase(
        new io.sparknn.ml.layer.Permute().setDims(2, 1),
        new Permute(List.of(2, 1)),
        Shape.of(4, 6));
    layerCase(
        new io.sparknn.ml.layer.Permute().setDims(3, 1, 2), new Permute(List.of(3, 1, 2)), IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Permute().setDims(1, 3, 2),
        new Permute(List.of(1, 3, 2)),
        Shape.of(Shape.RAGGED, 3, 2));
    layerCase(new io.sparknn.ml.layer.PReLU(), new PReLU(ZEROS), Shape.of(6));
    layerCase(
        new io.sparknn.ml.layer.PReLU().setAlphaInitializer("constant(0.25)"),
        new PReLU(Initializer.constant(0.25)),
        Shape.of(Shape.RAGGED, 4));
    layerCase(new io.sparknn.ml.layer.PReLU(), new PReLU(ZEROS), IMAGE);
    layerCase(new io.sparknn.ml.layer.Dropout(), new Dropout(0.5), Shape.of(20));
    layerCase(new io.sparknn.ml.layer.Dropout().setRate(0.1), new Dropout(0.1), IMAGE);
    layerCase(new io.sparknn.ml.layer.Dropout().setRate(0), new Dropout(0), Shape.of(3));
    layerCase(
        new io.sparknn.ml.layer.Dropout().setRate(0.3),
        new Dropout(0.3),
        Shape.of(Shape.RAGGED, 4));
    layerCase(
        new io.sparknn.ml.layer.SpatialDropout1D(), new SpatialDropout(1, 0.5), Shape.of(3, 8));
    layerCase(
        new io.sparknn.ml.layer.SpatialDropout1D().setRate(0.3),
        new SpatialDropout(1, 0.3),
        Shape.of(Shape.RAGGED, 5));
    layerCase(
        new io.sparknn.ml.layer.SpatialDropout2D(), new SpatialDropout(2, 0.5), Shape.of(2, 3, 8));
    layerCase(new io.sparknn.ml.layer.AlphaDropout(), new AlphaDropout(0.5), Shape.of(20));
    layerCase(
        new io.sparknn.ml.layer.AlphaDropout().setRate(0.1),
        new AlphaDropout(0.1),
        Shape.of(Shape.RAGGED, 4));
    layerCase(new io.sparknn.ml.layer.AlphaDropout().setRate(0), new AlphaDropout(0), IMAGE);
    layerCase(new io.sparknn.ml.layer.GaussianNoise(), new GaussianNoise(0.1), Shape.of(20));
    layerCase(
        new io.sparknn.ml.layer.GaussianNoise().setStddev(2),
        new GaussianNoise(2),
        Shape.of(Shape.RAGGED, 3));
    layerCase(new io.sparknn.ml.layer.GaussianDropout(), new GaussianDropout(0.5), Shape.of(20));
    layerCase(
        new io.sparknn.ml.layer.GaussianDropout().setRate(0.2),
        new GaussianDropout(0.2),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization(),
        new BatchNormalization(0.99, 1e-3, true, true),
        Shape.of(4));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization().setMomentum(0.5).setEpsilon(0.1),
        new BatchNormalization(0.5, 0.1),
        Shape.of(2, 3, 4));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization().setCenter(false),
        new BatchNormalization(0.99, 1e-3, false, true),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization().setScale(false),
        new BatchNormalization(0.99, 1e-3, true, false),
        Shape.of(Shape.RAGGED, 2, 3));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization().setCenter(false).setScale(false),
        new BatchNormalization(0.99, 1e-3, false, false),
        Shape.of(2, 3));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization().setSynchronized(true),
        new BatchNormalization(0.99, 1e-3, true, true, true),
        Shape.of(Shape.RAGGED, 2, 3));
    layerCase(
        new io.sparknn.ml.layer.LayerNormalization(),
        new LayerNormalization(1e-3, true, true),
        Shape.of(7));
    layerCase(
        new io.sparknn.ml.layer.LayerNormalization().setEpsilon(0.1).setCenter(false),
        new LayerNormalization(0.1, false, true),
        Shape.of(Shape.RAGGED, 5));
    layerCase(
        new io.sparknn.ml.layer.LayerNormalization().setScale(false),
        new LayerNormalization(1e-3, true, false),
        Shape.of(3, 2, 5));
    layerCase(
        new io.sparknn.ml.layer.GroupNormalization(),
        new GroupNormalization(32, 1e-3, true, true),
        Shape.of(3, 64));
    layerCase(
        new io.sparknn.ml.layer.GroupNormalization().setGroups(2).setCenter(false),
        new GroupNormalization(2, 1e-3, false, true),
        Shape.of(Shape.RAGGED, 6));
    layerCase(
        new io.sparknn.ml.layer.GroupNormalization().setGroups(3).setScale(false),
        new GroupNormalization(3, 1e-3, true, false),
        Shape.of(3, 4, 6));
    layerCase(
        new io.sparknn.ml.layer.GroupNormalization().setGroups(1).setEpsilon(0.1),
        new GroupNormalization(1, 0.1, true, true),
        Shape.of(Shape.RAGGED, 2, 3));
    layerCase(new io.sparknn.ml.layer.RMSNormalization(), new RMSNormalization(1e-6), Shape.of(7));
    layerCase(
        new io.sparknn.ml.layer.RMSNormalization().setEpsilon(0.1),
        new RMSNormalization(0.1),
        Shape.of(Shape.RAGGED, 5));
    layerCase(new io.sparknn.ml.layer.Add(), new Add(), Shape.of(5), Shape.of(5));
    layerCase(new io.sparknn.ml.layer.Add(), new Add(), IMAGE, IMAGE, IMAGE);
    layerCase(new io.sparknn.ml.layer.Add(), new Add(), RAGGED, RAGGED);
    layerCase(new io.sparknn.ml.layer.Subtract(), new Subtract(), Shape.of(5), Shape.of(5));
    layerCase(new io.sparknn.ml.layer.Subtract(), new Subtract(), RAGGED, RAGGED);
    layerCase(new io.sparknn.ml.layer.Multiply(), new Multiply(), Shape.of(5), Shape.of(5));
    layerCase(new io.sparknn.ml.layer.Multiply(), new Multiply(), RAGGED, RAGGED, RAGGED);
    layerCase(new io.sparknn.ml.layer.Average(), new Average(), Shape.of(5), Shape.of(5));
    layerCase(new io.sparknn.ml.layer.Average(), new Average(), RAGGED, RAGGED, RAGGED);
    layerCase(new io.sparknn.ml.layer.Maximum(), new Maximum(), Shape.of(5), Shape.of(5));
    layerCase(new io.sparknn.ml.layer.Maximum(), new Maximum(), RAGGED, RAGGED, RAGGED);
    layerCase(new io.sparknn.ml.layer.Minimum(), new Minimum(), Shape.of(5), Shape.of(5));
    layerCase(new io.sparknn.ml.layer.Minimum(), new Minimum(), RAGGED, RAGGED, RAGGED);
    layerCase(new io.sparknn.ml.layer.Concatenate(), new Concatenate(-1), Shape.of(5), Shape.of(3));
    layerCase(
        new io.sparknn.ml.layer.Concatenate(),
        new Concatenate(-1),
        RAGGED,
        Shape.of(Shape.RAGGED, 2),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Concatenate().setAxis(1), new Concatenate(1), IMAGE, IMAGE, IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Concatenate().setAxis(-2),
        new Concatenate(-2),
        Shape.of(2, 3, 2),
        Shape.of(2, 1, 2));
    layerCase(new io.sparknn.ml.layer.Dot(), new Dot(-1, false), Shape.of(5), Shape.of(5));
    layerCase(
        new io.sparknn.ml.layer.Dot().setNormalize(true),
        new Dot(-1, true),
        Shape.of(5),
        Shape.of(5));
    layerCase(
        new io.sparknn.ml.layer.Dot().setAxis(2).setNormalize(true),
        new Dot(2, true),
        Shape.of(4, 3),
        Shape.of(2, 3));
    layerCase(
        new io.sparknn.ml.layer.Dot().setAxis(1),
        new Dot(1, false),
        Shape.of(3, 4),
        Shape.of(3, 2));
    layerCase(
        new io.sparknn.ml.layer.Dot().setAxis(1).setNormalize(true),
        new Dot(1, true),
        RAGGED,
        Shape.of(Shape.RAGGED, 2));
    layerCase(new io.sparknn.ml.layer.Dot(), new Dot(-1, false), RAGGED, Shape.of(4));
    layerCase(
        new io.sparknn.ml.layer.ResidualBlock().setFilters(3),
        residual(Variant.BASIC, 3, 1, Shortcut.PROJECTION, false, RELU),
        Shape.of(4, 5, 2));
    layerCase(
        new io.sparknn.ml.layer.ResidualBlock()
            .setVariant("bottleneck")
            .setFilters(2)
            .setStride(2)
            .setActivation("tanh"),
        residual(Variant.BOTTLENECK, 2, 2, Shortcut.PROJECTION, false, TANH),
        Shape.of(4, 5, 3));
    layerCase(
        new io.sparknn.ml.layer.ResidualBlock()
            .setFilters(2)
            .setPreActivation(true)
            .setActivation("silu"),
        residual(Variant.BASIC, 2, 1, Shortcut.PROJECTION, true, SILU),
        Shape.of(4, 5, 2));
    layerCase(
        new io.sparknn.ml.layer.ResidualBlock()
            .setFilters(3)
            .setStride(2)
            .setPreActivation(true)
            .setActivation("tanh"),
        residual(Variant.BASIC, 3, 2, Shortcut.PROJECTION, true, TANH),
        Shape.of(5, 4, 2));
    layerCase(
        new io.sparknn.ml.layer.ResidualBlock()
            .setFilters(3)
            .setStride(2)
            .setShortcut("padding")
            .setActivation("tanh"),
        residual(Variant.BASIC, 3, 2, Shortcut.PADDING, false, TANH),
        Shape.of(5, 4, 2));
  }

  /** Convolutions and pooling. */
  private static void convolutionAndPooling() {
    layerCase(
        new io.sparknn.ml.layer.Conv1D().setFilters(3),
        new Convolution(
            3, windows(new Window(3, 1, 1, VALID)), 1, LINEAR, true, GLOROT_UNIFORM, ZEROS),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.Conv1D()
            .setFilters(4)
            .setKernelSize(2)
            .setStrides(2)
            .setPadding("causal")
            .setGroups(2)
            .setActivation("tanh"),
        new Convolution(
            4, windows(new Window(2, 2, 1, CAUSAL)), 2, TANH, true, GLOROT_UNIFORM, ZEROS),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.Conv1D().setFilters(3),
        new Convolution(
            3, windows(new Window(3, 1, 1, VALID)), 1, LINEAR, true, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Conv1D()
            .setFilters(3)
            .setPadding("causal")
            .setDilationRate(2)
            .setActivation("silu"),
        new Convolution(
            3, windows(new Window(3, 1, 2, CAUSAL)), 1, SILU, true, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Conv1D()
            .setFilters(2)
            .setKernelSize(4)
            .setStrides(2)
            .setPadding("same"),
        new Convolution(
            2, windows(new Window(4, 2, 1, SAME)), 1, LINEAR, true, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Conv1D().setFilters(2).setKernelSize(1).setUseBias(false),
        new Convolution(
            2, windows(new Window(1, 1, 1, VALID)), 1, LINEAR, false, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(16).setPadding("same"),
        new Convolution(
            16,
            windows(new Window(3, 1, 1, SAME), new Window(3, 1, 1, SAME)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        Shape.of(4, 5, 16));
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(3),
        new Convolution(
            3,
            windows(new Window(3, 1, 1, VALID), new Window(3, 1, 1, VALID)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(3).setPadding("same").setActivation("silu"),
        new Convolution(
            3,
            windows(new Window(3, 1, 1, SAME), new Window(3, 1, 1, SAME)),
            1,
            SILU,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D()
            .setFilters(2)
            .setKernelSize(2, 3)
            .setStrides(1, 2)
            .setActivation("tanh"),
        new Convolution(
            2,
            windows(new Window(2, 1, 1, VALID), new Window(3, 2, 1, VALID)),
            1,
            TANH,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D()
            .setFilters(2)
            .setKernelSize(4)
            .setStrides(2)
            .setPadding("same"),
        new Convolution(
            2,
            windows(new Window(4, 2, 1, SAME), new Window(4, 2, 1, SAME)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(2).setDilationRate(2, 1).setPadding("same"),
        new Convolution(
            2,
            windows(new Window(3, 1, 2, SAME), new Window(3, 1, 1, SAME)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(3).setKernelSize(1).setActivation("gelu_tanh"),
        new Convolution(
            3,
            windows(new Window(1, 1, 1, VALID), new Window(1, 1, 1, VALID)),
            1,
            GELU_TANH,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D()
            .setFilters(2)
            .setKernelSize(1)
            .setStrides(2)
            .setUseBias(false)
            .setBiasInitializer("ones"),
        new Convolution(
            2,
            windows(new Window(1, 2, 1, VALID), new Window(1, 2, 1, VALID)),
            1,
            LINEAR,
            false,
            GLOROT_UNIFORM,
            ONES),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D()
            .setFilters(4)
            .setGroups(2)
            .setPadding("same")
            .setKernelInitializer("he_normal"),
        new Convolution(
            4,
            windows(new Window(3, 1, 1, SAME), new Window(3, 1, 1, SAME)),
            2,
            LINEAR,
            true,
            HE_NORMAL,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(4).setGroups(2).setKernelSize(1),
        new Convolution(
            4,
            windows(new Window(1, 1, 1, VALID), new Window(1, 1, 1, VALID)),
            2,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv3D().setFilters(3),
        new Convolution(
            3,
            windows(
                new Window(3, 1, 1, VALID), new Window(3, 1, 1, VALID), new Window(3, 1, 1, VALID)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        VOLUME);
    layerCase(
        new io.sparknn.ml.layer.Conv3D()
            .setFilters(2)
            .setKernelSize(2, 3, 2)
            .setStrides(2, 1, 2)
            .setPadding("same")
            .setActivation("silu"),
        new Convolution(
            2,
            windows(
                new Window(2, 2, 1, SAME), new Window(3, 1, 1, SAME), new Window(2, 2, 1, SAME)),
            1,
            SILU,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        VOLUME);
    layerCase(
        new io.sparknn.ml.layer.Conv3D()
            .setFilters(2)
            .setGroups(2)
            .setKernelSize(2)
            .setDilationRate(1, 2, 1),
        new Convolution(
            2,
            windows(
                new Window(2, 1, 1, VALID), new Window(2, 1, 2, VALID), new Window(2, 1, 1, VALID)),
            2,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        VOLUME);
    layerCase(
        new io.sparknn.ml.layer.DepthwiseConv1D(),
        new DepthwiseConvolution(
            windows(new Window(3, 1, 1, VALID)), 1, LINEAR, true, GLOROT_UNIFORM, ZEROS),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.DepthwiseConv1D()
            .setDepthMultiplier(2)
            .setStrides(2)
            .setPadding("same")
            .setActivation("tanh"),
        new DepthwiseConvolution(
            windows(new Window(3, 2, 1, SAME)), 2, TANH, true, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.DepthwiseConv1D().setDilationRate(2).setUseBias(false),
        new DepthwiseConvolution(
            windows(new Window(3, 1, 2, VALID)), 1, LINEAR, false, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.DepthwiseConv2D(),
        new DepthwiseConvolution(
            windows(new Window(3, 1, 1, VALID), new Window(3, 1, 1, VALID)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.DepthwiseConv2D()
            .setDepthMultiplier(3)
            .setKernelSize(2, 3)
            .setPadding("same")
            .setActivation("silu"),
        new DepthwiseConvolution(
            windows(new Window(2, 1, 1, SAME), new Window(3, 1, 1, SAME)),
            3,
            SILU,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.DepthwiseConv2D()
            .setStrides(2)
            .setDepthwiseInitializer("he_normal")
            .setBiasInitializer("ones"),
        new DepthwiseConvolution(
            windows(new Window(3, 2, 1, VALID), new Window(3, 2, 1, VALID)),
            1,
            LINEAR,
            true,
            HE_NORMAL,
            ONES),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.SeparableConv1D().setFilters(3),
        new SeparableConvolution(
            3,
            windows(new Window(3, 1, 1, VALID)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            GLOROT_UNIFORM,
            ZEROS),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.SeparableConv1D()
            .setFilters(3)
            .setDepthMultiplier(2)
            .setStrides(2)
            .setPadding("same")
            .setActivation("tanh"),
        new SeparableConvolution(
            3,
            windows(new Window(3, 2, 1, SAME)),
            2,
            TANH,
            true,
            GLOROT_UNIFORM,
            GLOROT_UNIFORM,
            ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.SeparableConv2D().setFilters(3),
        new SeparableConvolution(
            3,
            windows(new Window(3, 1, 1, VALID), new Window(3, 1, 1, VALID)),
            1,
            LINEAR,
            true,
            GLOROT_UNIFORM,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.SeparableConv2D()
            .setFilters(3)
            .setKernelSize(2, 3)
            .setDepthMultiplier(2)
            .setPadding("same")
            .setUseBias(false)
            .setDepthwiseInitializer("he_normal")
            .setPointwiseInitializer("ones"),
        new SeparableConvolution(
            3,
            windows(new Window(2, 1, 1, SAME), new Window(3, 1, 1, SAME)),
            2,
            LINEAR,
            false,
            HE_NORMAL,
            ONES,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv1DTranspose().setFilters(3),
        new TransposedConvolution(
            3, windows(new Window(3, 1, 1, VALID)), LINEAR, true, GLOROT_UNIFORM, ZEROS),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.Conv1DTranspose()
            .setFilters(2)
            .setStrides(2)
            .setPadding("same")
            .setActivation("tanh"),
        new TransposedConvolution(
            2, windows(new Window(3, 2, 1, SAME)), TANH, true, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Conv1DTranspose().setFilters(2).setKernelSize(2).setStrides(3),
        new TransposedConvolution(
            2, windows(new Window(2, 3, 1, VALID)), LINEAR, true, GLOROT_UNIFORM, ZEROS),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Conv2DTranspose().setFilters(3),
        new TransposedConvolution(
            3,
            windows(new Window(3, 1, 1, VALID), new Window(3, 1, 1, VALID)),
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2DTranspose()
            .setFilters(2)
            .setKernelSize(3, 4)
            .setStrides(2)
            .setPadding("same")
            .setActivation("silu"),
        new TransposedConvolution(
            2,
            windows(new Window(3, 2, 1, SAME), new Window(4, 2, 1, SAME)),
            SILU,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2DTranspose()
            .setFilters(2)
            .setKernelSize(2)
            .setDilationRate(2, 1)
            .setUseBias(false)
            .setKernelInitializer("he_normal"),
        new TransposedConvolution(
            2,
            windows(new Window(2, 1, 2, VALID), new Window(2, 1, 1, VALID)),
            LINEAR,
            false,
            HE_NORMAL,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2DTranspose().setFilters(3).setKernelSize(1),
        new TransposedConvolution(
            3,
            windows(new Window(1, 1, 1, VALID), new Window(1, 1, 1, VALID)),
            LINEAR,
            true,
            GLOROT_UNIFORM,
            ZEROS),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.ZeroPadding1D(), new ZeroPadding(List.of(List.of(1, 1))), SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.ZeroPadding1D().setPadding(2, 0),
        new ZeroPadding(List.of(List.of(2, 0))),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.ZeroPadding2D(),
        new ZeroPadding(List.of(List.of(1, 1), List.of(1, 1))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.ZeroPadding2D().setPadding(1, 2),
        new ZeroPadding(List.of(List.of(1, 1), List.of(2, 2))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.ZeroPadding2D().setPadding(1, 0, 2, 3),
        new ZeroPadding(List.of(List.of(1, 0), List.of(2, 3))),
        IMAGE);
    layerCase(new io.sparknn.ml.layer.Cropping1D(), new Cropping(List.of(List.of(1, 1))), SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.Cropping1D().setCropping(0, 2),
        new Cropping(List.of(List.of(0, 2))),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.Cropping2D(),
        new Cropping(List.of(List.of(0, 0), List.of(0, 0))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Cropping2D().setCropping(1, 0, 2, 1),
        new Cropping(List.of(List.of(1, 0), List.of(2, 1))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.UpSampling1D(),
        new UpSampling(List.of(2), Interpolation.NEAREST),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.UpSampling1D().setSize(3),
        new UpSampling(List.of(3), Interpolation.NEAREST),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.UpSampling2D(),
        new UpSampling(List.of(2, 2), Interpolation.NEAREST),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.UpSampling2D().setSize(2, 3).setInterpolation("bilinear"),
        new UpSampling(List.of(2, 3), Interpolation.BILINEAR),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling1D(),
        new MaxPooling(windows(new Window(2, 2, 1, VALID))),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling2D(),
        new MaxPooling(windows(new Window(2, 2, 1, VALID), new Window(2, 2, 1, VALID))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling3D(),
        new MaxPooling(
            windows(
                new Window(2, 2, 1, VALID),
                new Window(2, 2, 1, VALID),
                new Window(2, 2, 1, VALID))),
        VOLUME);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling1D(),
        new MaxPooling(windows(new Window(2, 2, 1, VALID))),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling1D().setPoolSize(3).setStrides(1).setPadding("same"),
        new MaxPooling(windows(new Window(3, 1, 1, SAME))),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling2D().setPoolSize(3).setStrides(2, 1).setPadding("same"),
        new MaxPooling(windows(new Window(3, 2, 1, SAME), new Window(3, 1, 1, SAME))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling2D().setPoolSize(3, 2),
        new MaxPooling(windows(new Window(3, 3, 1, VALID), new Window(2, 2, 1, VALID))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling3D()
            .setPoolSize(2, 1, 3)
            .setStrides(1)
            .setPadding("same"),
        new MaxPooling(
            windows(
                new Window(2, 1, 1, SAME), new Window(1, 1, 1, SAME), new Window(3, 1, 1, SAME))),
        VOLUME);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling1D(),
        new AveragePooling(windows(new Window(2, 2, 1, VALID))),
        SEQUENCE);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling2D(),
        new AveragePooling(windows(new Window(2, 2, 1, VALID), new Window(2, 2, 1, VALID))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling3D(),
        new AveragePooling(
            windows(
                new Window(2, 2, 1, VALID),
                new Window(2, 2, 1, VALID),
                new Window(2, 2, 1, VALID))),
        VOLUME);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling1D(),
        new AveragePooling(windows(new Window(2, 2, 1, VALID))),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling1D().setPoolSize(3).setStrides(1).setPadding("same"),
        new AveragePooling(windows(new Window(3, 1, 1, SAME))),
        RAGGED);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling2D()
            .setPoolSize(3)
            .setStrides(2, 1)
            .setPadding("same"),
        new AveragePooling(windows(new Window(3, 2, 1, SAME), new Window(3, 1, 1, SAME))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling2D().setPoolSize(3, 2),
        new AveragePooling(windows(new Window(3, 3, 1, VALID), new Window(2, 2, 1, VALID))),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling3D()
            .setPoolSize(2, 1, 3)
            .setStrides(1)
            .setPadding("same"),
        new AveragePooling(
            windows(
                new Window(2, 1, 1, SAME), new Window(1, 1, 1, SAME), new Window(3, 1, 1, SAME))),
        VOLUME);
    layerCase(new io.sparknn.ml.layer.GlobalMaxPooling1D(), new GlobalMaxPooling(1), SEQUENCE);
    layerCase(new io.sparknn.ml.layer.GlobalMaxPooling2D(), new GlobalMaxPooling(2), IMAGE);
    layerCase(new io.sparknn.ml.layer.GlobalMaxPooling3D(), new GlobalMaxPooling(3), VOLUME);
    layerCase(new io.sparknn.ml.layer.GlobalMaxPooling1D(), new GlobalMaxPooling(1), RAGGED);
    layerCase(
        new io.sparknn.ml.layer.GlobalAveragePooling1D(), new GlobalAveragePooling(1), SEQUENCE);
    layerCase(new io.sparknn.ml.layer.GlobalAveragePooling2D(), new GlobalAveragePooling(2), IMAGE);
    layerCase(
        new io.sparknn.ml.layer.GlobalAveragePooling3D(), new GlobalAveragePooling(3), VOLUME);
    layerCase(
        new io.sparknn.ml.layer.GlobalAveragePooling1D(), new GlobalAveragePooling(1), RAGGED);
  }

  /** Recurrent layers. */
  private static void recurrent() {
    layerCase(
        new io.sparknn.ml.layer.SimpleRNN().setUnits(4),
        simple(TANH, true, false, false, 0, 0),
        Shape.of(5, 3));
    layerCase(
        new io.sparknn.ml.layer.SimpleRNN().setUnits(4).setReturnSequences(true),
        simple(TANH, true, true, false, 0, 0),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.SimpleRNN()
            .setUnits(4)
            .setActivation("softsign")
            .setUseBias(false)
            .setGoBackwards(true)
            .setDropout(0.2)
            .setRecurrentDropout(0.3),
        simple(SOFTSIGN, false, false, true, 0.2, 0.3),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.SimpleRNN().setUnits(4).setBidirectional("mul"),
        new Bidirectional(
            simple(TANH, true, false, false, 0, 0),
            simple(TANH, true, false, true, 0, 0),
            MergeMode.MUL),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.LSTM().setUnits(4),
        lstm(TANH, SIGMOID, true, false, false, 0, 0),
        Shape.of(5, 3));
    layerCase(
        new io.sparknn.ml.layer.LSTM().setUnits(4).setReturnSequences(true).setGoBackwards(true),
        lstm(TANH, SIGMOID, true, true, true, 0, 0),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.LSTM().setUnits(4).setDropout(0.2).setRecurrentDropout(0.3),
        lstm(TANH, SIGMOID, true, false, false, 0.2, 0.3),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.LSTM()
            .setUnits(2)
            .setActivation("silu")
            .setRecurrentActivation("softsign")
            .setUseBias(false)
            .setUnitForgetBias(false)
            .setKernelInitializer("he_normal")
            .setRecurrentInitializer("glorot_uniform")
            .setBiasInitializer("ones"),
        new LSTM(
            2, SILU, SOFTSIGN, false, false, false, false, 0, 0, HE_NORMAL, GLOROT_UNIFORM, ONES),
        Shape.of(3, 2));
    layerCase(
        new io.sparknn.ml.layer.LSTM()
            .setUnits(4)
            .setReturnSequences(true)
            .setBidirectional("concat"),
        new Bidirectional(
            lstm(TANH, SIGMOID, true, true, false, 0, 0),
            lstm(TANH, SIGMOID, true, true, true, 0, 0),
            MergeMode.CONCAT),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.LSTM().setUnits(4).setGoBackwards(true).setBidirectional("sum"),
        new Bidirectional(
            lstm(TANH, SIGMOID, true, false, true, 0, 0),
            lstm(TANH, SIGMOID, true, false, false, 0, 0),
            MergeMode.SUM),
        Shape.of(5, 3));
    layerCase(
        new io.sparknn.ml.layer.GRU().setUnits(4), gru(true, false, false, 0, 0), Shape.of(5, 3));
    layerCase(
        new io.sparknn.ml.layer.GRU().setUnits(4).setResetAfter(false).setReturnSequences(true),
        gru(false, true, false, 0, 0),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.GRU().setUnits(4).setDropout(0.2).setRecurrentDropout(0.3),
        gru(true, false, false, 0.2, 0.3),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.GRU()
            .setUnits(4)
            .setResetAfter(false)
            .setGoBackwards(true)
            .setRecurrentDropout(0.3),
        gru(false, false, true, 0, 0.3),
        SEQUENCES);
    layerCase(
        new io.sparknn.ml.layer.GRU().setUnits(4).setReturnSequences(true).setBidirectional("ave"),
        new Bidirectional(gru(true, true, false, 0, 0), gru(true, true, true, 0, 0), MergeMode.AVE),
        SEQUENCES);
  }

  /** Attention, positions and transformer stacks. */
  private static void attentionAndTransformer() {
    layerCase(
        new io.sparknn.ml.layer.Attention(),
        new Attention(ScoreMode.DOT, false, false, 0),
        Shape.of(4, 3));
    layerCase(
        new io.sparknn.ml.layer.Attention()
            .setScoreMode("scaled_dot")
            .setUseScale(true)
            .setCausal(true),
        new Attention(ScoreMode.SCALED_DOT, true, true, 0),
        Shape.of(4, 3),
        Shape.of(5, 3));
    layerCase(
        new io.sparknn.ml.layer.Attention().setUseScale(true).setDropout(0.3),
        new Attention(ScoreMode.DOT, true, false, 0.3),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.Attention().setScoreMode("scaled_dot").setDropout(0.2),
        new Attention(ScoreMode.SCALED_DOT, false, false, 0.2),
        Shape.of(3, 4),
        Shape.of(Shape.RAGGED, 2),
        Shape.of(Shape.RAGGED, 4));
    layerCase(
        new io.sparknn.ml.layer.AdditiveAttention(),
        new AdditiveAttention(true, false, 0),
        Shape.of(4, 3));
    layerCase(
        new io.sparknn.ml.layer.AdditiveAttention().setUseScale(false).setCausal(true),
        new AdditiveAttention(false, true, 0),
        Shape.of(4, 3),
        Shape.of(5, 3));
    layerCase(
        new io.sparknn.ml.layer.AdditiveAttention().setDropout(0.3),
        new AdditiveAttention(true, false, 0.3),
        Shape.of(Shape.RAGGED, 3),
        Shape.of(Shape.RAGGED, 2),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.MultiHeadAttention().setNumHeads(2).setKeyDim(3),
        new MultiHeadAttention(2, 0, 3, 0, 0, true, false, 0, false, GLOROT_UNIFORM, ZEROS),
        Shape.of(4, 5));
    layerCase(
        new io.sparknn.ml.layer.MultiHeadAttention()
            .setNumHeads(4)
            .setNumKeyValueHeads(2)
            .setKeyDim(2)
            .setValueDim(3)
            .setOutputDim(5)
            .setUseBias(false)
            .setCausal(true)
            .setKernelInitializer("he_normal"),
        new MultiHeadAttention(4, 2, 2, 3, 5, false, true, 0, false, HE_NORMAL, ZEROS),
        Shape.of(4, 3),
        Shape.of(5, 4));
    layerCase(
        new io.sparknn.ml.layer.MultiHeadAttention()
            .setNumHeads(2)
            .setKeyDim(4)
            .setRotary(true)
            .setDropout(0.3)
            .setBiasInitializer("ones"),
        new MultiHeadAttention(2, 0, 4, 0, 0, true, false, 0.3, true, GLOROT_UNIFORM, ONES),
        Shape.of(Shape.RAGGED, 6));
    layerCase(
        new io.sparknn.ml.layer.MultiHeadAttention()
            .setNumHeads(4)
            .setNumKeyValueHeads(1)
            .setKeyDim(2)
            .setRotary(true)
            .setCausal(true),
        new MultiHeadAttention(4, 1, 2, 0, 0, true, true, 0, true, GLOROT_UNIFORM, ZEROS),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.MultiHeadAttention().setNumHeads(3).setKeyDim(1).setDropout(0.2),
        new MultiHeadAttention(3, 0, 1, 0, 0, true, false, 0.2, false, GLOROT_UNIFORM, ZEROS),
        Shape.of(3, 4),
        Shape.of(Shape.RAGGED, 2),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.PositionEmbedding().setMaxSteps(6),
        new PositionEmbedding(6, GLOROT_UNIFORM),
        Shape.of(4, 3));
    layerCase(
        new io.sparknn.ml.layer.PositionEmbedding().setMaxSteps(8).setEmbeddingsInitializer("ones"),
        new PositionEmbedding(8, ONES),
        Shape.of(Shape.RAGGED, 2));
    layerCase(
        new io.sparknn.ml.layer.SinusoidalPositionEncoding(),
        new SinusoidalPositionEncoding(),
        Shape.of(4, 5));
    layerCase(
        new io.sparknn.ml.layer.SinusoidalPositionEncoding(),
        new SinusoidalPositionEncoding(),
        Shape.of(Shape.RAGGED, 4));
    layerCase(
        new io.sparknn.ml.layer.TransformerEncoder().setNumHeads(2).setFeedForwardSize(5),
        new TransformerEncoder(
            1, 2, 0, 5, RELU, 0, false, false, false, false, 1e-5, GLOROT_UNIFORM, ZEROS),
        Shape.of(3, 4));
    layerCase(
        new io.sparknn.ml.layer.TransformerEncoder()
            .setNumLayers(2)
            .setNumHeads(2)
            .setNumKeyValueHeads(1)
            .setFeedForwardSize(3)
            .setActivation("gelu_tanh")
            .setNormFirst(true)
            .setRotary(true)
            .setFinalNorm(true)
            .setEpsilon(0.1)
            .setBiasInitializer("ones"),
        new TransformerEncoder(
            2, 2, 1, 3, GELU_TANH, 0, true, false, true, true, 0.1, GLOROT_UNIFORM, ONES),
        Shape.of(Shape.RAGGED, 4));
    layerCase(
        new io.sparknn.ml.layer.TransformerEncoder()
            .setNumHeads(1)
            .setFeedForwardSize(3)
            .setActivation("silu")
            .setDropout(0.2)
            .setCausal(true)
            .setKernelInitializer("he_normal"),
        new TransformerEncoder(
            1, 1, 0, 3, SILU, 0.2, false, true, false, false, 1e-5, HE_NORMAL, ZEROS),
        Shape.of(Shape.RAGGED, 4));
    layerCase(
        new io.sparknn.ml.layer.TransformerDecoder().setNumHeads(2).setFeedForwardSize(5),
        new TransformerDecoder(
            1, 2, 0, 5, RELU, 0, false, true, false, false, 1e-5, GLOROT_UNIFORM, ZEROS),
        Shape.of(3, 4));
    layerCase(
        new io.sparknn.ml.layer.TransformerDecoder()
            .setNumHeads(2)
            .setFeedForwardSize(3)
            .setActivation("tanh")
            .setNormFirst(true)
            .setFinalNorm(true),
        new TransformerDecoder(
            1, 2, 0, 3, TANH, 0, true, true, false, true, 1e-5, GLOROT_UNIFORM, ZEROS),
        Shape.of(3, 4),
        Shape.of(2, 3));
    layerCase(
        new io.sparknn.ml.layer.TransformerDecoder()
            .setNumHeads(2)
            .setFeedForwardSize(3)
            .setActivation("silu")
            .setDropout(0.2)
            .setCausal(false)
            .setRotary(true),
        new TransformerDecoder(
            1, 2, 0, 3, SILU, 0.2, false, false, true, false, 1e-5, GLOROT_UNIFORM, ZEROS),
        Shape.of(Shape.RAGGED, 4),
        Shape.of(Shape.RAGGED, 2));
  }

  /** Embedding; its ids are 0, 1 and 2. */
  private static void embedding() {
    layerCase(
        new io.sparknn.ml.layer.Embedding().setInputDim(5).setOutputDim(3),
        new Embedding(List.of(5), 3, -1, Initializer.UNIFORM),
        Shape.of(4));
    layerCase(
        new io.sparknn.ml.layer.Embedding()
            .setInputDim(5)
            .setOutputDim(3)
            .setPaddingIndex(0)
            .setEmbeddingsInitializer("ones"),
        new Embedding(List.of(5), 3, 0, Initializer.ONES),
        Shape.of(Shape.RAGGED));
    layerCase(
        new io.sparknn.ml.layer.Embedding().setInputDim(5).setOutputDim(3).setPaddingIndex(2),
        new Embedding(List.of(5), 3, 2, Initializer.UNIFORM),
        Shape.of(6));
    layerCase(
        new io.sparknn.ml.layer.Embedding().setInputDim(3, 4).setOutputDim(2),
        new Embedding(List.of(3, 4), 2, -1, Initializer.UNIFORM),
        Shape.of(3, 2));
    layerCase(
        new io.sparknn.ml.layer.Embedding().setInputDim(3, 4, 5).setOutputDim(2),
        new Embedding(List.of(3, 4, 5), 2, -1, Initializer.UNIFORM),
        Shape.of(Shape.RAGGED, 3));
    layerCase(
        new io.sparknn.ml.layer.Embedding().setInputDim(2).setOutputDim(3).setHandleInvalid("keep"),
        new Embedding(List.of(2), 3, -1, Initializer.UNIFORM, InvalidIds.KEEP),
        Shape.of(Shape.RAGGED));
    layerCase(
        new io.sparknn.ml.layer.Embedding().setInputDim(3).setOutputDim(2),
        new Embedding(List.of(3), 2, -1, Initializer.UNIFORM),
        Shape.SCALAR);
  }

  private static List<Window> windows(Window... windows) {
    return List.of(windows);
  }

  // Layers with the defaults of what is not asked for

  private static ResidualBlock residual(
      Variant variant,
      int filters,
      int stride,
      Shortcut shortcut,
      boolean preActivation,
      ActivationFunction activation) {
    return new ResidualBlock(
        variant, filters, stride, shortcut, preActivation, activation, 0.99, 1e-3, HE_NORMAL);
  }

  private static SimpleRNN simple(
      ActivationFunction activation,
      boolean useBias,
      boolean sequences,
      boolean backwards,
      double dropout,
      double recurrentDropout) {
    return new SimpleRNN(
        4,
        activation,
        useBias,
        sequences,
        backwards,
        dropout,
        recurrentDropout,
        GLOROT_UNIFORM,
        ORTHOGONAL,
        ZEROS);
  }

  private static LSTM lstm(
      ActivationFunction activation,
      ActivationFunction recurrentActivation,
      boolean useBias,
      boolean sequences,
      boolean backwards,
      double dropout,
      double recurrentDropout) {
    return new LSTM(
        4,
        activation,
        recurrentActivation,
        useBias,
        true,
        sequences,
        backwards,
        dropout,
        recurrentDropout,
        GLOROT_UNIFORM,
        ORTHOGONAL,
        ZEROS);
  }

  private static GRU gru(
      boolean resetAfter,
      boolean sequences,
      boolean backwards,
      double dropout,
      double recurrentDropout) {
    return new GRU(
        4,
        TANH,
        SIGMOID,
        true,
        resetAfter,
        sequences,
        backwards,
        dropout,
        recurrentDropout,
        GLOROT_UNIFORM,
        ORTHOGONAL,
        ZEROS);
  }
}
