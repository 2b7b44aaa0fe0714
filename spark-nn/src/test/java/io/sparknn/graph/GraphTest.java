package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph.Node;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.merge.Add;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final Dense DENSE = new Dense(4, ActivationFunction.LINEAR);
  private static final Graph X = Graph.input("x", Shape.of(4));

  private static Graph sum(Graph... branches) {
    return Graph.join("sum", new Add(), List.of(branches));
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  private static List<String> owners(Graph graph) {
    return graph.nodes().stream().map(Node::owner).toList();
  }

  @Test
  void whatBranchesShareAppearsOnce() {
    Graph stem = X.then("stem", DENSE);
    Graph diamond = sum(stem.then("left", DENSE), stem.then("right", DENSE), stem);
    assertEquals(List.of("stem", "left", "right", "sum"), owners(diamond));
    assertEquals(X.inputs(), diamond.inputs());
  }

  @Test
  void equalBranchesBuiltTwiceAreOne() {
    assertEquals(List.of("stem", "sum"), owners(sum(X.then("stem", DENSE), X.then("stem", DENSE))));
  }

  @Test
  void anOwnerAppliedToTwoInputsIsTwoNodes() {
    Graph twice = sum(X.then("a", DENSE), Graph.input("z", Shape.of(4)).then("a", DENSE));
    assertEquals(List.of("a", "a", "sum"), owners(twice));
    assertEquals(3, names(twice).stream().distinct().count());
    assertEquals(List.of("x", "z"), twice.inputs().stream().map(Graph.Input::name).toList());
  }

  @Test
  void everyNodeStandsAfterWhatItReads() {
    Graph stem = X.then("stem", DENSE);
    Graph deep = sum(stem.then("a", DENSE).then("b", DENSE), sum(stem, X));
    for (int i = 0; i < deep.nodes().size(); i++) {
      List<String> before = names(deep).subList(0, i);
      for (String read : deep.nodes().get(i).inputs()) {
        assertTrue(read.equals("x") || before.contains(read), read);
      }
    }
  }

  @Test
  void aBranchTellsTheOtherTheShapeOfTheirInput() {
    Graph unknown = Graph.input("x", Shape.of(Shape.UNKNOWN));
    Graph joined = sum(unknown.then("a", DENSE), X.then("b", DENSE));
    assertEquals(X.inputs(), joined.inputs());
  }

  @Test
  void branchesThatDisagreeOnTheirInputAreRefused() {
    Graph other = Graph.input("x", Shape.of(5)).then("a", DENSE);
    assertEquals(
        "input 'x' has shape (5); received (4)",
        assertThrows(IllegalArgumentException.class, () -> sum(other, X.then("b", DENSE)))
            .getMessage());
  }

  @Test
  void anOwnerThatStandsForTwoLayersIsRefused() {
    Dense other = new Dense(4, ActivationFunction.TANH);
    for (Graph branch : List.of(X.then("a", other), X.then("b", DENSE).then("a", other))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> sum(X.then("a", DENSE), branch))
              .getMessage();
      assertTrue(message.startsWith("a stands for two layers, Dense[units=4, "), message);
    }
    assertThrows(IllegalArgumentException.class, () -> X.then("a", DENSE).then("a", other));
  }

  @Test
  void readableNamesAreKindsCountedInOrder() {
    Graph graph =
        sum(X.then("Dense_1f", DENSE).then("Dense_2e", DENSE), X.then("Dense_3d", DENSE))
            .readable();
    assertEquals(List.of("dense", "dense_1", "dense_2", "add"), names(graph));
    assertEquals(names(graph), owners(graph));
    assertEquals(List.of("dense"), graph.nodes().get(1).inputs());
    assertEquals(List.of("dense_1", "dense_2"), graph.nodes().get(3).inputs());
    assertEquals("add", graph.output());
    assertEquals(X.inputs(), graph.inputs());
    assertEquals(graph, graph.readable());
  }

  @Test
  void readableNamesOfSharedWeightsNameTheFirstUse() {
    Graph graph = X.then("a", DENSE).then("a", DENSE).readable();
    assertEquals(List.of("dense", "dense_1"), names(graph));
    assertEquals(List.of("dense", "dense"), owners(graph));
  }

  @Test
  void readableNamesAvoidThoseOfInputs() {
    Graph graph = Graph.input("dense", Shape.of(4)).then("a", DENSE).readable();
    assertEquals(List.of("dense_1"), names(graph));
    assertEquals(List.of("dense"), graph.nodes().get(0).inputs());
  }

  @Test
  void graphsThatComputeTheSameHaveTheSameReadableForm() {
    assertEquals(
        sum(X.then("a", DENSE), X.then("b", DENSE)).readable(),
        sum(X.then("c", DENSE), X.then("d", DENSE)).readable());
  }
}
