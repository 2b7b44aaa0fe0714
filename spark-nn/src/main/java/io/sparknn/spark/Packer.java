package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import io.sparknn.training.ValuesBuilder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Packs rows into {@link RowBlock}s. The columns of a row are the inputs, then the label, then the
 * weight if there is one.
 *
 * @param inputShapes of a row; the first extent of a ragged one is not a number
 * @param labels reads the label as {@code labelShape}
 * @param rule of labels
 * @param weights reads the weight; null where all weigh 1
 */
public record Packer(
    List<ValueReader> inputs,
    List<Shape> inputShapes,
    ValueReader labels,
    Shape labelShape,
    LabelRule rule,
    ValueReader weights)
    implements Serializable {

  /** Shorter vectors are packed as they are. */
  private static final int LEAST_SPARSE = 256;

  /**
   * A vector is packed without those of its elements that are 0 if fewer than one in ten is not.
   */
  private static final int SPARSE = 10;

  /** A packer of any labels. */
  public Packer(
      List<ValueReader> inputs,
      List<Shape> inputShapes,
      ValueReader labels,
      Shape labelShape,
      ValueReader weights) {
    this(inputs, inputShapes, labels, labelShape, (values, from, to) -> null, weights);
  }

  /** About how many rows of so many bytes a block has. */
  static int blockRows(double rowBytes) {
    double numbers = rowBytes / Float.BYTES;
    return Math.max(1, (int) (RowBlock.numbers((int) Math.ceil(numbers)) / numbers));
  }

  /** Whether rows of so many elements are mostly 0. */
  static boolean isSparse(double nonZeros, double size) {
    return size >= LEAST_SPARSE && SPARSE * nonZeros < size;
  }

  /** What was found in a partition's rows: either blocks, or what is wrong with one of them. */
  @DefaultSerializer(JavaSerializer.class)
  public record Packed(RowBlock block, String problem) implements Serializable {}

  /** Packs a partition lazily; ends with the first problem. */
  public Iterator<Packed> pack(Iterator<Row> rows) {
    return new Blocks(rows);
  }

  /** The blocks of a partition. */
  private final class Blocks implements Iterator<Packed> {
    private final Iterator<Row> rows;
    private final List<Column> columns = new ArrayList<>();

    /** A row that was read and is not in a block yet; null if there is none. */
    private Row next;

    private boolean failed;

    Blocks(Iterator<Row> rows) {
      this.rows = rows;
      for (int i = 0; i < inputs.size(); i++) {
        columns.add(new Column(inputs.get(i), inputShapes.get(i)));
      }
      columns.add(new Column(labels, labelShape));
    }

    @Override
    public boolean hasNext() {
      return !failed && (next != null || rows.hasNext());
    }

    @Override
    public Packed next() {
      try {
        return new Packed(block(), null);
      } catch (BadValueException e) {
        failed = true;
        return new Packed(null, e.getMessage());
      }
    }

    private RowBlock block() {
      Column weight = new Column(weights, Shape.of(1));
      int count = 0;
      int size = 0;
      int most = 0;
      while (next != null || rows.hasNext()) {
        TaskKill.check();
        Row row = next == null ? rows.next() : next;
        next = row;
        int numbers = 0;
        for (int i = 0; i < columns.size(); i++) {
          numbers += columns.get(i).measure(row.get(i));
        }
        if (count == 0) {
          most = RowBlock.numbers(numbers);
        } else if (size + numbers > most) {
          break;
        }
        for (int i = 0; i < columns.size(); i++) {
          columns.get(i).add(row.get(i));
        }
        if (weights != null) {
          weight.measure(row.get(columns.size()));
          weight.add(row.get(columns.size()));
          checkWeight(weight.last());
        }
        next = null;
        size += numbers;
        count++;
      }
      Values[] values = new Values[columns.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = columns.get(i).build();
      }
      checkLabels(values[inputs.size()]);
      float[] rowWeights = new float[count];
      Arrays.fill(rowWeights, 1);
      return new RowBlock(
          count,
          Arrays.copyOf(values, inputs.size()),
          values[inputs.size()],
          weights == null ? rowWeights : weight.build().data());
    }
  }

  private void checkLabels(Values values) {
    for (int row = 0; row < values.rows(); row++) {
      int from = values.start(row);
      String problem = rule.problem(values.data(), from, from + values.length(row));
      if (problem != null) {
        throw new BadValueException(problem);
      }
    }
  }

  private void checkWeight(float weight) {
    if (weight < 0) {
      throw new BadValueException(
          "column '%s' has the weight %s; weights must not be negative"
              .formatted(weights.column(), weight));
    }
  }

  /** Collects a column's values, block by block. */
  private static final class Column {
    private static final int FIRST_ROWS = 64;

    private final ValueReader reader;
    private final Shape shape;
    private final int stepSize;
    private ValuesBuilder values;

    // What the next block is likely to have.
    private int expectedRows;
    private int expectedValues;

    // Of the row that was measured last.
    private int length;
    private int numbers;
    private boolean isSparse;

    Column(ValueReader reader, Shape shape) {
      this.reader = reader;
      this.shape = shape;
      this.stepSize = shape.stepSize();
    }

    /** The most numbers that a row's value takes. */
    int measure(Object value) {
      length = shape.isKnown() ? shape.size() : reader.steps(value) * stepSize;
      numbers = length;
      isSparse = false;
      if (length >= LEAST_SPARSE && reader.isVector()) {
        int count = reader.nonZeros(value, length / SPARSE);
        isSparse = Packer.isSparse(count, length);
        numbers = isSparse ? count : length;
      }
      return numbers;
    }

    /** Adds the row that was measured last. */
    void add(Object value) {
      if (values == null) {
        values =
            expectedRows > 0
                ? new ValuesBuilder(expectedRows, expectedValues)
                : new ValuesBuilder(Math.min(FIRST_ROWS, 1 + RowBlock.NUMBERS / (1 + numbers)));
      }
      if (isSparse) {
        values.makeSparse(length);
      }
      if (values.isSparse()) {
        reader.read(value, shape, values);
      } else {
        values.reserve(length);
        reader.read(value, shape, values.data(), values.size());
        values.endRow(length);
      }
    }

    float last() {
      return values.last();
    }

    /** The block's values. */
    Values build() {
      Values built = values.build(shape.isKnown());
      expectedRows = values.rows();
      expectedValues = values.size();
      values = null;
      return built;
    }
  }
}
