package io.sparknn.graph;

import io.sparknn.graph.Network.Slot;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a network takes over from another: the weights and statistics of every layer, or part of a
 * composite one, that both have under one name with the same shapes. The heads' own layers stand
 * for each other and for no other layer, whatever their names.
 */
public final class Transfer {

  /** Taken weights and where they come from. */
  private final Map<Slot, Slot> sources = new LinkedHashMap<>();

  private final List<String> taken = new ArrayList<>();

  /** Layers that are not taken, each with the reason. */
  private final List<String> left = new ArrayList<>();

  /**
   * A network and whether its last layer is a head's own.
   *
   * @param hasTop whether it is
   */
  public record Side(Network network, boolean hasTop) {

    /** The name of the head's own layer; empty if it has none. */
    private String top() {
      return hasTop ? network.last() : "";
    }
  }

  /**
   * As {@link #Transfer(Side, Side, boolean)}, of networks whose last layers are the heads' own.
   */
  public Transfer(Network from, Network to, boolean includeTop) {
    this(new Side(from, true), new Side(to, true), includeTop);
  }

  /**
   * Finds what fits.
   *
   * @param includeTop whether the head's own layer is taken over too
   * @throws IllegalArgumentException if nothing fits
   */
  public Transfer(Side from, Side to, boolean includeTop) {
    Map<String, List<Slot>> layers = from.network.layers();
    to.network
        .layers()
        .forEach(
            (layer, slots) -> {
              boolean isTop = layer.equals(to.top());
              String source = isTop ? from.top() : layer;
              boolean isAbsent = !isTop && layer.equals(from.top());
              if (isTop && !includeTop) {
                left.add(layer + " (the top)");
              } else {
                match(layer, isAbsent ? null : layers.get(source), slots);
              }
            });
    if (taken.isEmpty()) {
      throw new IllegalArgumentException(
          "it has none of this network's layers: it has %s; not taken are %s"
              .formatted(layers.keySet(), left));
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
    return String.format(
        Locale.ROOT, "%d of %d layers%s", taken.size(), taken.size() + left.size(), others);
  }
}
