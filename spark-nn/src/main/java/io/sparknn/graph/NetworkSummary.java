package io.sparknn.graph;

import io.sparknn.graph.Graph.Node;
import io.sparknn.graph.Network.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A network as a table for people. */
final class NetworkSummary {

  private static final String[] TITLES = {"layer", "reads", "output shape", "weights"};

  private NetworkSummary() {}

  static String of(Network network) {
    List<String[]> rows = new ArrayList<>();
    rows.add(TITLES);
    network
        .graph()
        .inputs()
        .forEach(input -> rows.add(new String[] {input.name(), "", "" + input.shape(), ""}));
    for (Node node : network.graph().nodes()) {
      String reads = String.join(", ", node.inputs());
      rows.add(new String[] {node.name(), reads, "" + node.shape(), weights(network, node)});
    }
    int[] widths = new int[TITLES.length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    String line =
        String.format(
            Locale.ROOT,
            "  %%-%ds  %%-%ds  %%-%ds  %%%ds%n",
            widths[0],
            widths[1],
            widths[2],
            widths[3]);
    StringBuilder table = new StringBuilder();
    rows.forEach(row -> table.append(String.format(Locale.ROOT, line, (Object[]) row)));
    long trainable = network.count(Slot::isTrained);
    long frozen = network.count(slot -> !slot.options().trainable());
    long statistics = network.numWeights() - trainable - frozen;
    table.append(
        String.format(
            Locale.ROOT, "  %,d trainable weights, %,d statistics", trainable, statistics));
    if (frozen > 0) {
      table.append(String.format(Locale.ROOT, ", %,d frozen weights", frozen));
    }
    return table.toString();
  }

  private static String weights(Network network, Node node) {
    if (!node.name().equals(node.owner())) {
      return "shared";
    }
    return String.format(Locale.ROOT, "%,d", network.weightsOf(node));
  }
}
