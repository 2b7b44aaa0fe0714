package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.spark.BadValueException;
import io.sparknn.spark.Columns;
import io.sparknn.spark.Packer;
import io.sparknn.spark.RowShuffle;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The columns of a DataFrame that a head trains on: the raw inputs of its features column, the
 * label, and the weight if there is one.
 */
final class TrainingRows {

  private final Dataset<Row> selected;
  private final SymbolicColumn features;
  private final List<Graph.Input> inputs;
  private final List<ValueReader> readers = new ArrayList<>();
  private final ValueReader label;
  private final ValueReader weight;
  private Row first;

  /** The columns; {@code weight} is null if all rows weigh 1. */
  TrainingRows(Dataset<Row> rows, SymbolicColumn features, ValueReader label, ValueReader weight) {
    this.features = features;
    this.inputs = features.graph().inputs();
    this.label = label;
    this.weight = weight;
    for (Graph.Input input : inputs) {
      readers.add(new ValueReader(input.name(), features.inputType(input.name())));
    }
    selected = select(rows);
  }

  private Dataset<Row> select(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    for (Graph.Input input : inputs) {
      columns.add(features.input(rows, input.name()));
    }
    columns.add(rows.col(Columns.quote(label.column())));
    if (weight != null) {
      columns.add(rows.col(Columns.quote(weight.column())));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * The shapes of the raw inputs; what the schema does not tell comes from the first row, but for
   * the first extent of arrays, in which rows may differ: that stays unknown.
   */
  List<Shape> inputShapes() {
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Shape shape = inputs.get(i).shape();
      boolean isOpen = readers.get(i).canBeRagged() && shape.extent(0) == Shape.UNKNOWN;
      if (!shape.isKnown() && !(isOpen && shape.rank() == 1)) {
        Shape seen = readers.get(i).shapeOf(first().get(i));
        shape = isOpen ? seen.with(0, Shape.UNKNOWN) : seen;
      }
      shapes.add(shape);
    }
    return shapes;
  }

  /** The shape of a label; if its type does not tell, it comes from the first row. */
  Shape labelShape() {
    Shape shape = label.shape();
    return shape.isKnown() ? shape : label.shapeOf(first().get(inputs.size()));
  }

  /** Packs all rows; {@code shuffle} is null if they stay where they are. */
  TrainingData pack(String level, RowShuffle shuffle) {
    return new TrainingData(selected, packer(), StorageLevel.fromString(level), shuffle);
  }

  /** Packs other rows of the same columns in the same way. */
  TrainingData pack(Dataset<Row> others, String level) {
    return new TrainingData(select(others), packer(), StorageLevel.fromString(level));
  }

  private Packer packer() {
    return new Packer(readers, inputShapes(), label, labelShape(), weight);
  }

  private Row first() {
    if (first == null) {
      first =
          selected.takeAsList(1).stream()
              .findFirst()
              .orElseThrow(() -> new BadValueException("there is no row to train on"));
    }
    return first;
  }
}
