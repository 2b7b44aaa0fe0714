package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.spark.BadValueException;
import io.sparknn.spark.EmptyDataException;
import io.sparknn.spark.LabelRule;
import io.sparknn.spark.Packer;
import io.sparknn.spark.RowShuffle;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The columns of a DataFrame that a head trains on: the raw inputs of its features column, the
 * label, and the weight if there is one.
 */
final class TrainingRows {

  private final ValidationRows divided;
  private final Dataset<Row> selected;
  private final SymbolicColumn features;
  private final List<Graph.Input> inputs;
  private final List<ValueReader> readers = new ArrayList<>();
  private final ColumnPath label;
  private final ColumnPath weight;
  private final LabelRule rule;
  private final Map<Integer, Shape> shapes = new HashMap<>();
  private Row first;

  /** The columns; {@code weight} is null if all rows weigh 1. */
  TrainingRows(
      ValidationRows divided,
      SymbolicColumn features,
      ColumnPath label,
      LabelRule rule,
      ColumnPath weight) {
    this.divided = divided;
    this.features = features;
    this.inputs = features.graph().inputs();
    this.label = label;
    this.rule = rule;
    this.weight = weight;
    for (Graph.Input input : inputs) {
      readers.add(new ValueReader(input.name(), features.inputType(input.name())));
    }
    selected = select(divided.training());
  }

  private Dataset<Row> select(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    for (Graph.Input input : inputs) {
      columns.add(features.input(rows, input.name()));
    }
    columns.add(label.in(rows));
    if (weight != null) {
      columns.add(weight.in(rows));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * The shapes of the raw inputs; what the schema does not tell comes from the first row that does,
   * but for the first extent of arrays, in which rows may differ: that stays unknown.
   */
  List<Shape> inputShapes() {
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Shape shape = inputs.get(i).shape();
      boolean isOpen = readers.get(i).canBeRagged() && shape.extent(0) == Shape.UNKNOWN;
      if (!shape.isKnown() && !(isOpen && shape.rank() == 1)) {
        Shape seen = firstShape(readers.get(i), i);
        shape = isOpen ? seen.with(0, Shape.UNKNOWN) : seen;
      }
      shapes.add(shape);
    }
    return shapes;
  }

  /** The shape of a label; if its type does not tell, it comes from the first row that does. */
  Shape labelShape() {
    ValueReader reader = reader(label);
    Shape shape = reader.shape();
    return shape.isKnown() ? shape : firstShape(reader, inputs.size());
  }

  /** Packs the rows to train on; {@code shuffle} is null if they stay where they are. */
  TrainingData pack(String level, RowShuffle shuffle) {
    return pack(selected, level, shuffle, divided.trainingPurpose());
  }

  /** Packs the rows kept for validation in the same way. */
  TrainingData packValidation(String level) {
    return pack(select(divided.validation()), level, null, divided.validationPurpose());
  }

  private TrainingData pack(Dataset<Row> rows, String level, RowShuffle shuffle, Purpose purpose) {
    try {
      return new TrainingData(rows, packer(), StorageLevel.fromString(level), shuffle);
    } catch (EmptyDataException e) {
      throw new IllegalArgumentException(e.hasRows() ? purpose.noWeight() : purpose.noRow(), e);
    }
  }

  private Packer packer() {
    return new Packer(
        readers,
        inputShapes(),
        reader(label),
        labelShape(),
        rule,
        weight == null ? null : reader(weight));
  }

  private static ValueReader reader(ColumnPath path) {
    return new ValueReader(path.name(), path.field().dataType());
  }

  /**
   * The shape of the first row that tells it: an empty sequence has no steps to tell theirs.
   *
   * @param column its place among those selected
   */
  private Shape firstShape(ValueReader reader, int column) {
    return shapes.computeIfAbsent(column, place -> reader.shapeOf(firstValue(reader, place)));
  }

  private Object firstValue(ValueReader reader, int column) {
    Object value = first().get(column);
    if (reader.tellsShape(value)) {
      return value;
    }
    List<Row> telling = selected.javaRDD().filter(new Telling(reader, column)).take(1);
    // If no row does, the first shows what is wrong with them.
    return telling.isEmpty() ? value : telling.get(0).get(column);
  }

  private Row first() {
    if (first == null) {
      first =
          selected.takeAsList(1).stream()
              .findFirst()
              .orElseThrow(() -> new BadValueException(divided.trainingPurpose().noRow()));
    }
    return first;
  }

  /** Rows that tell a column's shape. */
  private record Telling(ValueReader reader, int column) implements Function<Row, Boolean> {
    @Override
    public Boolean call(Row row) {
      return reader.tellsShape(row.get(column));
    }
  }
}
