package io.sparknn.layer;

import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer made of layers. It computes nothing itself: a network takes its parts in its place, so
 * that it needs neither weights nor gradients of its own.
 */
public interface Composite extends Layer {

  /**
   * Applies the parts.
   *
   * @param inputs what the layer reads
   * @return what the layer writes
   * @throws IllegalArgumentException if a part cannot read what it is given
   */
  Wire wire(Wiring wiring, List<Wire> inputs);

  /** A value between parts: its name and the shape of one row, as far as it is known. */
  record Wire(String name, Shape shape) {}

  /** Applies a part to values. */
  interface Wiring {
    /**
     * Applies a part.
     *
     * @param part its name, unique within the composite, as in {@code attention}
     */
    Wire apply(String part, Layer layer, List<Wire> inputs);

    default Wire apply(String part, Layer layer, Wire... inputs) {
      return apply(part, layer, List.of(inputs));
    }
  }

  @Override
  default Shape outputShape(List<Shape> inputs) {
    List<Wire> wires = new ArrayList<>();
    inputs.forEach(shape -> wires.add(new Wire("", shape)));
    Wiring shapes =
        (part, layer, read) ->
            new Wire(part, layer.outputShape(read.stream().map(Wire::shape).toList()));
    return wire(shapes, wires).shape();
  }

  @Override
  default void forward(Pass pass) {
    throw new UnsupportedOperationException("a composite layer's parts compute");
  }

  @Override
  default void backward(Pass pass) {
    throw new UnsupportedOperationException("a composite layer's parts compute");
  }
}
