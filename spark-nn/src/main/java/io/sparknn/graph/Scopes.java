package io.sparknn.graph;

import io.sparknn.graph.Graph.Node;
import io.sparknn.layer.Composite;
import io.sparknn.layer.Composite.Wire;
import io.sparknn.layer.Composite.Wiring;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Scope;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which trained layers of a graph see more of a batch than one row. It asks the graph, not a
 * network, so that it is known before there are rows.
 *
 * @param graph with readable names
 * @param frozen patterns of further layers that are not trained, as {@link Freezing#freeze} takes
 *     them
 */
public record Scopes(Graph graph, List<String> frozen) {

  /** The layers of a scope, and the parts of composite ones, by name. */
  public List<String> layers(Scope scope) {
    List<String> found = new ArrayList<>();
    Map<String, Shape> shapes = new HashMap<>();
    graph.inputs().forEach(input -> shapes.put(input.name(), input.shape()));
    for (Node node : graph.nodes()) {
      List<Wire> read = node.inputs().stream().map(name -> new Wire("", shapes.get(name))).toList();
      find(node.owner(), node.layer(), node.options(), read, scope, found);
      shapes.put(node.name(), node.shape());
    }
    return found.stream().distinct().toList();
  }

  private void find(
      String name,
      Layer layer,
      NodeOptions options,
      List<Wire> read,
      Scope scope,
      List<String> found) {
    if (layer instanceof Composite composite) {
      Wiring wiring =
          (part, inner, inputs) -> {
            find(name + "/" + part, inner, options.of(part), inputs, scope, found);
            return new Wire("", inner.outputShape(inputs.stream().map(Wire::shape).toList()));
          };
      composite.wire(wiring, read);
    } else if (layer.scope() == scope && options.trainable() && !isFrozen(name)) {
      found.add(name);
    }
  }

  private boolean isFrozen(String name) {
    return frozen.stream().anyMatch(pattern -> Freezing.matches(pattern, name));
  }
}
