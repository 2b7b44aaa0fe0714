package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
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
 * @param weights reads the weight; null where all weigh 1
 */
public record Packer(
    List<ValueReader> inputs,
    List<Shape> inputShapes,
    ValueReader labels,
    Shape labelShape,
    ValueReader weights)
    implements Serializable {

  /**
   * Elements: 512 KB. Java's serialisation holds on to a hundred blocks that it writes or reads.
   */
  private static final int BLOCK_SIZE = 1 << 17;

  /** About how many rows of so many bytes a block has. */
  static int blockRows(double rowBytes) {
    return 1 + (int) (BLOCK_SIZE * Float.BYTES / rowBytes);
  }

  /** What was found in a partition's rows: either blocks, or what is wrong with one of them. */
  @DefaultSerializer(JavaSerializer.class)
  public record Packed(RowBlock block, String problem) implements Serializable {}

  /** Packs a partition lazily; ends with the first problem. */
  public Iterator<Packed> pack(Iterator<Row> rows) {
    return new Iterator<>() {
      private boolean failed;

      @Override
      public boolean hasNext() {
        return !failed && rows.hasNext();
      }

      @Override
      public Packed next() {
        try {
          return new Packed(block(rows), null);
        } catch (BadValueException e) {
          failed = true;
          return new Packed(null, e.getMessage());
        }
      }
    };
  }

  private RowBlock block(Iterator<Row> rows) {
    List<Builder> columns = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      columns.add(new Builder(inputs.get(i), inputShapes.get(i)));
    }
    Builder label = new Builder(labels, labelShape);
    columns.add(label);
    Builder weight = new Builder(weights, Shape.of(1));
    int count = 0;
    int size = 0;
    while (size < BLOCK_SIZE && rows.hasNext()) {
      Row row = rows.next();
      for (int i = 0; i < columns.size(); i++) {
        size += columns.get(i).add(row.get(i));
      }
      if (weights != null) {
        weight.add(row.get(columns.size()));
        checkWeight(weight.last());
      }
      count++;
    }
    Values[] values = new Values[inputs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns.get(i).build();
    }
    float[] rowWeights = new float[count];
    Arrays.fill(rowWeights, 1);
    return new RowBlock(
        count, values, label.build(), weights == null ? rowWeights : weight.build().data());
  }

  private void checkWeight(float weight) {
    if (weight < 0) {
      throw new BadValueException(
          "column '%s' has the weight %s; weights must not be negative"
              .formatted(weights.column(), weight));
    }
  }

  /** Collects a column's values. */
  private static final class Builder {
    private static final int FIRST_CAPACITY = 64;

    private final ValueReader reader;
    private final Shape shape;
    private final int stepSize;
    private float[] data = {};
    private int[] ends = {};
    private int rows;
    private int size;

    Builder(ValueReader reader, Shape shape) {
      this.reader = reader;
      this.shape = shape;
      this.stepSize = shape.stepSize();
    }

    /** Adds a row's value and returns the number of its elements. */
    int add(Object value) {
      int length = shape.isKnown() ? shape.size() : reader.steps(value) * stepSize;
      if (data.length < size + length) {
        data = Arrays.copyOf(data, Math.max(2 * data.length, size + length));
      }
      if (ends.length == rows) {
        ends = Arrays.copyOf(ends, Math.max(FIRST_CAPACITY, 2 * rows));
      }
      reader.read(value, shape, data, size);
      size += length;
      ends[rows++] = size;
      return length;
    }

    float last() {
      return data[size - 1];
    }

    Values build() {
      float[] exact = Arrays.copyOf(data, size);
      return new Values(rows, exact, shape.isKnown() ? null : Arrays.copyOf(ends, rows));
    }
  }
}
