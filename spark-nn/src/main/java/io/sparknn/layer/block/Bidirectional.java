package io.sparknn.layer.block;

import io.sparknn.layer.Composite;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.merge.Average;
import io.sparknn.layer.merge.Concatenate;
import io.sparknn.layer.merge.Multiply;
import java.util.List;
import java.util.Locale;

/**
 * Two layers that read the same sequence, one in each direction, and whose outputs are joined
 * (Schuster and Paliwal, IEEE Transactions on Signal Processing 1997).
 *
 * <p>Input {@code (steps, features)}, output that of the two layers, which have one shape; joined
 * by {@link MergeMode#CONCAT}, with twice its last axis. Weights: those of the parts {@code
 * forward} and {@code backward}.
 *
 * @param forward a layer that reads the first step first
 * @param backward its twin that goes backwards
 */
public record Bidirectional(Layer forward, Layer backward, MergeMode mergeMode)
    implements Composite {

  /** How the outputs are joined. */
  public enum MergeMode {
    /** One after the other along the last axis. */
    CONCAT(new Concatenate(-1)),
    /** The sum. */
    SUM(new Add()),
    /** The product of elements. */
    MUL(new Multiply()),
    /** The average. */
    AVE(new Average());

    private final Layer merge;

    MergeMode(Layer merge) {
      this.merge = merge;
    }

    /** The name as users write it, as in {@code concat}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Wire wire(Wiring wiring, List<Wire> inputs) {
    Inputs.one(inputs.stream().map(Wire::shape).toList());
    Wire first = wiring.apply("forward", forward, inputs);
    Wire second = wiring.apply("backward", backward, inputs);
    return wiring.apply("merge", mergeMode.merge, first, second);
  }
}
