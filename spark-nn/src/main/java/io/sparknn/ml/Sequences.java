package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.layer.Inputs;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.TrainingData.Range;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides which arrays are sequences: those whose rows differ in length, and those of one length in
 * the training data if every layer can also read others.
 *
 * @param shapes of a row of each input; the first extent of an array is unknown
 */
record Sequences(Graph graph, List<Shape> shapes, TrainingData data) {

  /**
   * The network over the shapes found.
   *
   * @throws IllegalArgumentException if a layer cannot read them
   */
  Network plan() {
    List<Shape> even = new ArrayList<>();
    List<Shape> ragged = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Shape shape = shapes.get(i);
      even.add(isEven(i) ? even(i) : ragged(shape));
      ragged.add(ragged(shape));
    }
    if (canRead(ragged)) {
      return new Network(graph, ragged);
    }
    for (int i = 0; i < even.size(); i++) {
      List<Shape> open = new ArrayList<>(even);
      open.set(i, ragged.get(i));
      if (canRead(open)) {
        even.set(i, ragged.get(i));
      }
    }
    return explain(even);
  }

  private static Shape ragged(Shape shape) {
    return shape.isKnown() ? shape : shape.with(0, Shape.RAGGED);
  }

  /** Whether all rows of an input have one length. */
  private boolean isEven(int input) {
    Range sizes = data.sizes(input);
    return sizes.min() == sizes.max() && sizes.min() > 0;
  }

  private Shape even(int input) {
    Shape shape = shapes.get(input);
    return shape.isKnown() ? shape : shape.with(0, data.sizes(input).min() / stepSize(shape));
  }

  private static int stepSize(Shape shape) {
    return shape.rank() == 1 ? 1 : shape.with(0, 1).size();
  }

  /** Whether all layers, and the head behind them, can read these shapes. */
  private boolean canRead(List<Shape> shapes) {
    try {
      return !new Network(graph, shapes).outputShape().isRagged();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The network over these shapes; a refusal names the column whose rows differ. */
  private Network explain(List<Shape> shapes) {
    try {
      Network network = new Network(graph, shapes);
      Inputs.features(List.of(network.outputShape()));
      return network;
    } catch (IllegalArgumentException e) {
      for (int i = 0; i < shapes.size(); i++) {
        if (shapes.get(i).isRagged() && !isEven(i)) {
          Range sizes = data.sizes(i);
          int step = stepSize(shapes.get(i));
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "column '%s' has rows of length %d to %d: %s",
                  graph.inputs().get(i).name(),
                  sizes.min() / step,
                  sizes.max() / step,
                  e.getMessage()),
              e);
        }
      }
      throw e;
    }
  }
}
