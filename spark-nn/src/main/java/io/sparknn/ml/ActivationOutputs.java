package io.sparknn.ml;

import io.sparknn.graph.Replica;
import io.sparknn.layer.Mask;
import io.sparknn.spark.BatchScorer;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/** What a network puts out for a row, as one vector in row-major order. */
record ActivationOutputs() implements BatchScorer.Outputs {

  private static final String SHAPE = "spark_nn_shape";

  /**
   * The column's field: its metadata has the vector's size, if all rows have one, and the shape.
   */
  static StructField field(String name, Shape shape) {
    AttributeGroup group =
        shape.isKnown() ? new AttributeGroup(name, shape.size()) : new AttributeGroup(name);
    StructField field = group.toStructField();
    long[] extents = IntStream.of(shape.extents()).mapToLong(e -> Math.max(-1, e)).toArray();
    Metadata metadata =
        new MetadataBuilder().withMetadata(field.metadata()).putLongArray(SHAPE, extents).build();
    return new StructField(name, field.dataType(), field.nullable(), metadata);
  }

  @Override
  public Object[] values(double[] raw, double[] predicted) {
    return new Object[] {Vectors.dense(raw)};
  }

  @Override
  public Object[] values(Replica replica, int row, double[] raw, double[] predicted) {
    Mask mask = replica.outputMask();
    if (mask == null) {
      return values(raw, predicted);
    }
    boolean isRagged = replica.network().outputShape().isRagged();
    int steps = isRagged ? mask.length(row) : mask.steps();
    int width = raw.length / mask.steps();
    double[] counted = Arrays.copyOf(raw, steps * width);
    for (int step = 0; step < steps; step++) {
      if (!mask.counts(row, step)) {
        Arrays.fill(counted, step * width, (step + 1) * width, 0);
      }
    }
    return values(counted, predicted);
  }
}
