package io.sparknn.benchmark;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.NodeOptions;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.layer.block.ResidualBlock;
import io.sparknn.layer.block.TransformerEncoder;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.embed.PositionEmbedding;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.layer.pool.MaxPooling;
import io.sparknn.layer.recurrent.GRU;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A network, once in each library, with softmax cross-entropy and Adam. */
enum Workload {
  A("MLP 784-512-256-10", 128, 10, Shape.of(784)) {
    @Override
    Graph body(Graph x, double dropout) {
      return dense(dense(x, 512), 256);
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      Tensor first = torch.relu_(model.dense(x, "dense"));
      Tensor second = torch.relu_(model.dense(first, "dense_1"));
      return model.dense(second, "output");
    }
  },

  B("LeNet on 28x28x1", 128, 10, Shape.of(28, 28, 1)) {
    @Override
    Graph body(Graph x, double dropout) {
      Layer pooling = new MaxPooling(windows(2, 2, Padding.VALID));
      Graph first = then(then(x, convolution(32)), pooling);
      Graph second = then(then(first, convolution(64)), pooling);
      return dense(then(second, new Flatten()), 512);
    }

    private static Layer convolution(int filters) {
      return new Convolution(
          filters,
          windows(5, 1, Padding.VALID),
          1,
          ActivationFunction.RELU,
          true,
          Initializer.GLOROT_UNIFORM,
          Initializer.ZEROS);
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      Tensor image = x.permute(0, 3, 1, 2);
      Tensor first = torch.relu_(model.convolution(image, "conv2d", true, 1, 0));
      Tensor pooled = model.maxPooling(first);
      Tensor second = torch.relu_(model.convolution(pooled, "conv2d_1", true, 1, 0));
      Tensor flat = model.maxPooling(second).permute(0, 2, 3, 1).flatten(1, -1);
      return model.dense(torch.relu_(model.dense(flat, "dense")), "output");
    }
  },

  C("ResNet-20 on 32x32x3", 64, 10, Shape.of(32, 32, 3)) {
    @Override
    Graph body(Graph x, double dropout) {
      Layer convolution =
          new Convolution(
              16,
              windows(3, 1, Padding.SAME),
              1,
              ActivationFunction.LINEAR,
              false,
              Initializer.HE_NORMAL,
              Initializer.ZEROS);
      Layer normalization = new BatchNormalization(0.9, EPSILON);
      Graph graph = then(then(x, convolution), normalization);
      graph = then(graph, new Activation(ActivationFunction.RELU));
      for (int i = 0; i < 9; i++) {
        graph = then(graph, residualBlock(filters(i), stride(i)));
      }
      return then(graph, new GlobalAveragePooling(2));
    }

    private static Layer residualBlock(int filters, int stride) {
      return new ResidualBlock(
          ResidualBlock.Variant.BASIC,
          filters,
          stride,
          ResidualBlock.Shortcut.PROJECTION,
          false,
          ActivationFunction.RELU,
          0.9,
          EPSILON,
          Initializer.HE_NORMAL);
    }

    private static int filters(int block) {
      return 16 << (block / 3);
    }

    private static int stride(int block) {
      return block == 3 || block == 6 ? 2 : 1;
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      Tensor image = x.permute(0, 3, 1, 2);
      Tensor y = model.convolution(image, "conv2d", false, 1, 1);
      y = torch.relu_(model.batchNormalization(y, "batchnormalization", training));
      for (int i = 0; i < 9; i++) {
        y = block(model, y, numbered("residualblock", i), stride(i), training);
      }
      return model.dense(Libtorch.mean(y, 2, 3), "output");
    }

    private static Tensor block(
        Libtorch model, Tensor x, String name, int stride, boolean training) {
      // As everywhere but in libtorch, the padding of 1 that a stride of 2 needs stands at the end.
      Tensor padded = stride == 1 ? x : Libtorch.padded(x, 0, 1, 0, 1);
      Tensor y =
          model.convolution(padded, name + "/1/convolution", false, stride, stride == 1 ? 1 : 0);
      y = torch.relu_(model.batchNormalization(y, name + "/1/norm", training));
      y = model.convolution(y, name + "/2/convolution", false, 1, 1);
      y = model.batchNormalization(y, name + "/2/norm", training);
      Tensor shortcut = x;
      if (stride > 1) {
        shortcut = model.convolution(x, name + "/shortcut/convolution", false, stride, 0);
        shortcut = model.batchNormalization(shortcut, name + "/shortcut/norm", training);
      }
      return torch.relu_(y.add_(shortcut));
    }
  },

  D("LSTM, 128 units, 50 steps of 64", 64, 10, Shape.of(50, 64)) {
    @Override
    Graph body(Graph x, double dropout) {
      return then(
          x,
          new LSTM(
              UNITS,
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
              Initializer.ZEROS));
    }

    /** Ours has one bias, libtorch's two; the second stays 0. */
    @Override
    void prepare(Libtorch model) {
      model.constant("lstm/second_bias", torch.zeros_like(model.weight("lstm/bias")));
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      TensorVector parameters =
          new TensorVector(
              model.weight("lstm/kernel"),
              model.weight("lstm/recurrent_kernel"),
              model.weight("lstm/bias"),
              model.weight("lstm/second_bias"));
      return model.dense(model.lstm(x, UNITS, parameters, training), "output");
    }
  },

  DGRU("GRU, 128 units, 50 steps of 64", 64, 10, Shape.of(50, 64)) {
    @Override
    Graph body(Graph x, double dropout) {
      return then(
          x,
          new GRU(
              UNITS,
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
              Initializer.ZEROS));
    }

    /** Ours has the update gate first, libtorch's the reset gate. */
    @Override
    void prepare(Libtorch model) {
      Tensor biases = model.weight("gru/bias");
      model.replace(List.of("gru/bias"), "gru/bias1", biases.select(0, 0).clone());
      model.replace(List.of(), "gru/bias2", biases.select(0, 1).clone());
      for (String weight : List.of("kernel", "recurrent_kernel", "bias1", "bias2")) {
        model.reorder("gru/" + weight, 1, 0, 2);
      }
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      TensorVector parameters =
          new TensorVector(
              model.weight("gru/kernel"),
              model.weight("gru/recurrent_kernel"),
              model.weight("gru/bias1"),
              model.weight("gru/bias2"));
      return model.dense(model.gru(x, UNITS, parameters, training), "output");
    }
  },

  E("transformer encoder, width 128, 2 layers, 64 steps", 32, 10, Shape.of(64, 128)) {
    @Override
    double dropout() {
      return 0.1;
    }

    @Override
    Graph body(Graph x, double dropout) {
      Layer stack = transformer(2, 4, 512, ActivationFunction.RELU, dropout, false);
      return then(then(x, stack), new GlobalAveragePooling(1));
    }

    @Override
    void prepare(Libtorch model) {
      for (int i = 0; i < 2; i++) {
        model.joinAttention("transformerencoder/" + i + "/attention");
      }
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      Tensor y = x;
      for (int i = 0; i < 2; i++) {
        String layer = "transformerencoder/" + i;
        Tensor attended = model.attention(y, layer + "/attention", 4, false, training);
        y = torch.add(y, model.dropped(attended, training));
        y = model.layerNormalization(y, layer + "/attention_norm", 128);
        Tensor hidden = torch.relu_(model.dense(y, layer + "/feed_forward"));
        hidden = model.dense(model.dropped(hidden, training), layer + "/feed_forward_output");
        y = torch.add(y, model.dropped(hidden, training));
        y = model.layerNormalization(y, layer + "/feed_forward_norm", 128);
      }
      return model.dense(Libtorch.mean(y, 1), "output");
    }
  },

  F("embedding 20,000 x 128, mean of 100", 256, 10, Shape.of(100)) {
    @Override
    int vocabulary() {
      return 20_000;
    }

    @Override
    Graph body(Graph x, double dropout) {
      Layer embedding =
          new Embedding(List.of(vocabulary()), 128, -1, Initializer.parse("uniform(-0.05, 0.05)"));
      return then(then(x, embedding), new GlobalAveragePooling(1));
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      return model.dense(model.meanEmbedding(x, "embedding/embeddings"), "output");
    }
  },

  G("GPT, width 192, 4 layers, 128 steps", 16, 96, Shape.of(128)) {
    @Override
    int vocabulary() {
      return 96;
    }

    @Override
    int labels() {
      return 128;
    }

    @Override
    Graph body(Graph x, double dropout) {
      Initializer small = Initializer.parse("uniform(-0.05, 0.05)");
      Graph tokens = then(x, new Embedding(List.of(vocabulary()), 192, -1, small));
      Graph placed = then(tokens, new PositionEmbedding(128, small));
      return then(placed, transformer(4, 6, 768, ActivationFunction.GELU_TANH, dropout, true));
    }

    @Override
    void prepare(Libtorch model) {
      for (int i = 0; i < 4; i++) {
        model.joinAttention("transformerencoder/" + i + "/attention");
      }
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      Tensor tokens = torch.embedding(model.weight("embedding/embeddings"), x);
      Tensor y = torch.add(tokens, model.weight("positionembedding/embeddings"));
      for (int i = 0; i < 4; i++) {
        String layer = "transformerencoder/" + i;
        Tensor read = model.layerNormalization(y, layer + "/attention_norm", 192);
        y = torch.add(y, model.attention(read, layer + "/attention", 6, true, training));
        read = model.layerNormalization(y, layer + "/feed_forward_norm", 192);
        Tensor hidden = torch.gelu(model.dense(read, layer + "/feed_forward"), "tanh");
        y = torch.add(y, model.dense(hidden, layer + "/feed_forward_output"));
      }
      y = model.layerNormalization(y, "transformerencoder/norm", 192);
      return model.dense(y, "output");
    }
  },

  H("MLP 4-10-3", 30, 3, Shape.of(4)) {
    @Override
    Graph body(Graph x, double dropout) {
      return dense(x, 10);
    }

    @Override
    Tensor forward(Libtorch model, Tensor x, boolean training) {
      return model.dense(torch.relu_(model.dense(x, "dense")), "output");
    }
  };

  /** Of all normalisations. */
  static final double EPSILON = 1e-5;

  private static final int UNITS = 128;

  private final String title;
  private final int rows;
  private final int classes;
  private final Shape shape;

  Workload(String title, int rows, int classes, Shape shape) {
    this.title = title;
    this.rows = rows;
    this.classes = classes;
    this.shape = shape;
  }

  /** Our layers but the last, a dense one that is the same in all. */
  abstract Graph body(Graph x, double dropout);

  /** Changes the weights that were read from our network into those of {@link #forward}. */
  void prepare(Libtorch model) {}

  /** The logits, in libtorch. */
  abstract Tensor forward(Libtorch model, Tensor x, boolean training);

  /** In training. */
  double dropout() {
    return 0;
  }

  /** The number of ids that are the inputs, or 0 for other inputs. */
  int vocabulary() {
    return 0;
  }

  /** The number of labels of a row. */
  int labels() {
    return 1;
  }

  int classes() {
    return classes;
  }

  String title() {
    return String.format(Locale.ROOT, "%s, batch %d", title, rows);
  }

  /** As options and files name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  Network network(double dropout) {
    Graph body = body(Graph.input("x", shape), dropout);
    Layer last = new Dense(classes, ActivationFunction.LINEAR);
    NodeOptions named = new NodeOptions("output", true, 0, 0, 0, "");
    Graph graph = Graph.join("last", last, named, List.of(body));
    return new Network(graph.readable(), List.of(shape));
  }

  Batch batch() {
    return Batch.random(rows, shape, vocabulary(), classes, labels());
  }

  private static Graph then(Graph graph, Layer layer) {
    return graph.then("layer" + graph.nodes().size(), layer);
  }

  private static Graph dense(Graph graph, int units) {
    return then(graph, new Dense(units, ActivationFunction.RELU));
  }

  private static List<Window> windows(int size, int stride, Padding padding) {
    return Collections.nCopies(2, new Window(size, stride, 1, padding));
  }

  private static Layer transformer(
      int layers,
      int heads,
      int feedForwardSize,
      ActivationFunction activation,
      double dropout,
      boolean isGpt) {
    return new TransformerEncoder(
        layers,
        heads,
        0,
        feedForwardSize,
        activation,
        dropout,
        isGpt,
        isGpt,
        false,
        isGpt,
        EPSILON,
        Initializer.GLOROT_UNIFORM,
        Initializer.ZEROS);
  }

  /** The name of the nth layer of a kind. */
  private static String numbered(String kind, int number) {
    return number == 0 ? kind : kind + "_" + number;
  }
}
