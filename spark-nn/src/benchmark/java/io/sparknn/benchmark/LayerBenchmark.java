package io.sparknn.benchmark;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Gradient;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.NodeOptions;
import io.sparknn.graph.Replica;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.layer.attention.MultiHeadAttention;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.norm.LayerNormalization;
import io.sparknn.layer.pool.MaxPooling;
import io.sparknn.layer.recurrent.GRU;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One layer's passes over a batch of 32 rows: forward, gradients of the weights, of the inputs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LayerBenchmark {
  private static final int ROWS = 32;

  /** A layer and the shape of its input. */
  public enum Case {
    DENSE(new Dense(512, ActivationFunction.RELU), 784),
    CONVOLUTION_3X3_16(convolution(16, 3), 32, 32, 16),
    CONVOLUTION_3X3_64(convolution(64, 3), 8, 8, 64),
    CONVOLUTION_5X5_64(convolution(64, 5), 12, 12, 32),
    MAX_POOLING(new MaxPooling(windows(2, 2, Padding.VALID)), 24, 24, 32),
    BATCH_NORMALIZATION(new BatchNormalization(0.9, 1e-5), 32, 32, 16),
    LAYER_NORMALIZATION(new LayerNormalization(1e-5, true, true), 64, 128),
    LSTM(lstm(), 50, 64),
    GRU(gru(), 50, 64),
    ATTENTION(attention(), 64, 128);

    private final Layer layer;
    private final Shape input;

    Case(Layer layer, int... input) {
      this.layer = layer;
      this.input = Shape.of(input);
    }

    private static List<Window> windows(int size, int stride, Padding padding) {
      return Collections.nCopies(2, new Window(size, stride, 1, padding));
    }

    private static Layer convolution(int filters, int size) {
      return new Convolution(
          filters,
          windows(size, 1, Padding.SAME),
          1,
          ActivationFunction.LINEAR,
          true,
          Initializer.GLOROT_UNIFORM,
          Initializer.ZEROS);
    }

    private static Layer lstm() {
      return new LSTM(
          128,
          ActivationFunction.TANH,
          ActivationFunction.SIGMOID,
          true,
          true,
          false,
          false,
          0,
          0,
          Initializer.GLOROT_UNIFORM,
          Initializer.ORTHOGONAL,
          Initializer.ZEROS);
    }

    private static Layer gru() {
      return new GRU(
          128,
          ActivationFunction.TANH,
          ActivationFunction.SIGMOID,
          true,
          true,
          false,
          false,
          0,
          0,
          Initializer.GLOROT_UNIFORM,
          Initializer.ORTHOGONAL,
          Initializer.ZEROS);
    }

    private static Layer attention() {
      return new MultiHeadAttention(
          4, 0, 32, 0, 0, true, false, 0, false, Initializer.GLOROT_UNIFORM, Initializer.ZEROS);
    }
  }

  @Param public Case layer;

  private Run scoring;
  private Run weightGradients;
  private Run inputGradients;

  /** The layer at work. */
  private static final class Run {
    private final Replica replica;
    private final float[] weights;
    private final Gradient gradient;
    private final long[] rowIds = new long[ROWS];

    Run(Case each, boolean isTrained, boolean inputGradients) {
      NodeOptions options = new NodeOptions("", isTrained, 0, 0, 0, "");
      Graph input = Graph.input("x", each.input);
      Graph graph = Graph.join("layer", each.layer, options, List.of(input));
      Network network = new Network(graph.readable(), List.of(each.input));
      replica = new Replica(network, inputGradients);
      weights = network.initialWeights(1);
      gradient = network.newGradient();
      replica.startTraining(ROWS, 1, rowIds);
      Random random = new Random(1);
      Tensor x = replica.input(0);
      for (int i = 0; i < x.size(); i++) {
        x.data()[x.offset() + i] = (float) random.nextGaussian();
      }
      replica.forward(weights);
      Tensor dy = replica.outputGradient();
      for (int i = 0; i < dy.size(); i++) {
        dy.data()[dy.offset() + i] = (float) random.nextGaussian();
      }
    }
  }

  @Setup
  public void setUp() {
    scoring = new Run(layer, true, false);
    weightGradients = new Run(layer, true, false);
    inputGradients = new Run(layer, false, true);
  }

  @Benchmark
  public Tensor forward() {
    scoring.replica.forward(scoring.weights);
    return scoring.replica.output();
  }

  @Benchmark
  public Gradient weightGradient() {
    weightGradients.replica.backward(weightGradients.gradient);
    return weightGradients.gradient;
  }

  @Benchmark
  public Tensor inputGradient() {
    inputGradients.replica.backward(inputGradients.gradient);
    return inputGradients.replica.inputGradient(0);
  }
}
