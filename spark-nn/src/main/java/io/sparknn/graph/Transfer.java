package io.sparknn.graph;

import io.sparknn.graph.Network.Slot;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a network takes over from another: the weights and statistics of every layer, or part of a
 * composite one, that both have under one name with the same shapes. The last layers, the heads'
 * own, stand for each other and for no other layer, whatever their names.
 */
public final class Transfer {

  /** Taken weights and where they come from. */
  private final Map<Slot, Slot> sources = new LinkedHashMap<>();

  private final List<String> taken = new ArrayList<>();

  /** Layers that are not taken, each with the reason. */
  private final List<String> left = new ArrayList<>();

  /**
   * Finds what fits.
   *
   * @param includeTop whether the last layer is taken over too
   * @throws IllegalArgumentException if nothing fits
   */
  public Transfer(Network from, Network to, boolean includeTop) {
    to.layers()
        .forEach(
            (layer, slots) -> {
              boolean isTop = layer.equals(to.last());
              String source = isTop ? from.last() : layer;
              boolean isAbsent = !isTop && layer.equals(from.last());
              if (isTop && !includeTop) {
                left.add(layer + " (the top)");
              } else {
                match(layer, isAbsent ? null : from.layers().get(source), slots);
              }
            });
    if (taken.isEmpty()) {
      throw new IllegalArgumentException(
          "it has none of this network's layers: it has %s; not taken are %s"
              .formatted(from.layers().keySet(), left));
    }
  }

  private void match(String layer, List<Slot> from, List<Slot> to) {
    if (from == null) {
      left.add(layer + " (absent)");
    } else if (!shapes(from).equals(shapes(to))) {
      left.add("%s (%s where it has %s)".formatted(layer, shapes(to), shapes(from)));
    } else {
      taken.add(layer);
      for (int i = 0; i < to.size(); i++) {
        sources.put(to.get(i), from.get(i));
      }
    }
  }

  /** The shape of each weight by its name within the layer. */
  private static Map<String, Shape> shapes(List<Slot> slots) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    slots.forEach(slot -> shapes.put(slot.weight().name(), slot.weight().shape()));
    return shapes;
  }

  /** Copies what fits from one network's weights to the other's. */
  public void copy(float[] from, float[] to) {
    sources.forEach((slot, source) -> Maths.copy(source.in(from), slot.in(to)));
  }

  /** How many layers of how many fit, and why others do not. */
  @Override
  public String toString() {
    String others = left.isEmpty() ? "" : "; not " + String.join(", ", left);
    return "%d of %d layers%s".formatted(taken.size(), taken.size() + left.size(), others);
  }
}
