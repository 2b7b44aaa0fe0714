package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.merge.Add;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphJsonTest {
  private static boolean strangerWasLoaded;

  /** Neither a layer nor a record: must stay untouched. */
  static final class Stranger {
    static {
      strangerWasLoaded = true;
    }
  }

  /** A layer, but no record. */
  static class NoRecord implements Layer {
    private static final long serialVersionUID = 1L;

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
    }

    @Override
    public void forward(Pass pass) {}

    @Override
    public void backward(Pass pass) {}
  }

  /** A user's layer, from another package. */
  record Custom(double factor, Shape shape) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return shape;
    }

    @Override
    public void forward(Pass pass) {}

    @Override
    public void backward(Pass pass) {}
  }

  private static String refusal(String json, Class<?> type) {
    return assertThrows(IllegalArgumentException.class, () -> GraphJson.read(json, type))
        .getMessage();
  }

  @Test
  void aGraphSurvives() {
    Graph x = Graph.input("x", Shape.of(Shape.UNKNOWN, 4));
    Dense dense = new Dense(4, ActivationFunction.LEAKY_RELU);
    Graph graph =
        Graph.join(
                "sum", new Add(), List.of(x.then("a", dense), x.then("a", dense).then("a", dense)))
            .then("r", new Reshape(Shape.of(-1)));
    assertEquals(graph, GraphJson.read(GraphJson.write(graph), Graph.class));
  }

  @Test
  void aLayerIsItsTypeAndItsComponents() {
    assertEquals(
        """
        {"type":"core.Dense","units":4,"activation":"leaky_relu","useBias":true,\
        "kernelInitializer":"glorot_uniform","biasInitializer":"zeros"}""",
        GraphJson.write(new Dense(4, ActivationFunction.LEAKY_RELU)));
    assertEquals(
        """
        {"type":"core.Reshape","targetShape":[-1,2]}""",
        GraphJson.write(new Reshape(Shape.of(-1, 2))));
  }

  @Test
  void aLayerFromElsewhereSurvives() {
    Custom custom = new Custom(0.1, Shape.of(3));
    String json = GraphJson.write(custom);
    assertTrue(json.contains(Custom.class.getName()), json);
    assertEquals(custom, GraphJson.read(json, Layer.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.Runtime",
        "java.lang.ProcessBuilder",
        "java.util.ArrayList",
        "io.sparknn.graph.Graph",
        "io.sparknn.layer.Layer",
        "Layer",
        "Window",
        "core.Nothing",
        "",
        "[I",
        "io.sparknn.graph.GraphJsonTest$Stranger",
        "io.sparknn.graph.GraphJsonTest$NoRecord"
      })
  void onlyRecordsThatAreLayersAreInstantiated(String type) {
    String message = refusal("{\"type\":\"" + type + "\",\"rows\":1}", Layer.class);
    assertTrue(message.contains("there is no layer of type '" + type + "'"), message);
    assertFalse(strangerWasLoaded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "3",
        "{}",
        "{\"units\":3}",
        "{\"type\":3}",
        "{\"type\":\"regularization.Dropout\"}",
        "{\"type\":\"regularization.Dropout\",\"rate\":null}",
        "{\"type\":\"regularization.Dropout\",\"rate\":\"much\"}",
        "{\"type\":\"regularization.Dropout\",\"rate\":0.5,\"extra\":1}",
        "{\"type\":\"regularization.Dropout\",\"rate\":1.5}",
        "{\"type\":\"regularization.Dropout\",\"rate\":0.5}, {}",
        "{\"type\":\"core.Activation\",\"function\":null}",
        "{\"type\":\"core.Activation\",\"function\":\"sine\"}",
        "{\"type\":\"core.Reshape\",\"targetShape\":[0]}"
      })
  void badConfigurationIsRefused(String json) {
    String message = refusal(json, Layer.class);
    assertTrue(message.startsWith("this is no layer that this version of spark-nn knows: "));
    assertFalse(message.contains("\n"), message);
  }
}
