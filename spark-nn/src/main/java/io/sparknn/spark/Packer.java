package io.sparknn.spark;

import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock;
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

  private static final int BLOCK_BYTES = 4 << 20;

  /** What was found in a partition's rows: either blocks, or what is wrong with one of them. */
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
    int rowBytes = Float.BYTES * (inputShapes.stream().mapToInt(Shape::size).sum() + 2);
    int capacity = Math.max(1, BLOCK_BYTES / rowBytes);
    List<float[]> values = new ArrayList<>();
    inputShapes.forEach(shape -> values.add(new float[capacity * shape.size()]));
    float[] label = new float[capacity * labelShape.size()];
    float[] weight = new float[capacity];
    int count = 0;
    while (count < capacity && rows.hasNext()) {
      Row row = rows.next();
      int column = 0;
      for (; column < values.size(); column++) {
        Shape shape = inputShapes.get(column);
        inputs.get(column).read(row.get(column), shape, values.get(column), count * shape.size());
      }
      labels.read(row.get(column++), labelShape, label, count * labelShape.size());
      weight[count] = 1;
      if (weights != null) {
        weights.read(row.get(column), Shape.of(1), weight, count);
        if (weight[count] < 0) {
          throw new BadValueException(
              "column '%s' has the weight %s; weights must not be negative"
                  .formatted(weights.column(), weight[count]));
        }
      }
      count++;
    }
    float[][] inputs = new float[values.size()][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Arrays.copyOf(values.get(i), count * inputShapes.get(i).size());
    }
    return new RowBlock(
        count,
        inputs,
        Arrays.copyOf(label, count * labelShape.size()),
        Arrays.copyOf(weight, count));
  }
}
