package io.sparknn.ml;

import io.sparknn.spark.BatchScorer;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** A regressor's column of a row: a number, or a vector for several targets. */
record RegressorOutputs(boolean prediction) implements BatchScorer.Outputs {

  /**
   * The column's field; none if its name is empty.
   *
   * @param targets their number, or 0 if there are several and it is not known yet
   */
  static List<StructField> fields(String name, int targets) {
    if (name.isEmpty()) {
      return List.of();
    }
    return List.of(
        switch (targets) {
          case 0 -> new AttributeGroup(name).toStructField();
          case 1 -> new StructField(name, DataTypes.DoubleType, false, Metadata.empty());
          default -> new AttributeGroup(name, targets).toStructField();
        });
  }

  @Override
  public Object[] values(double[] raw, double[] predicted) {
    if (!prediction) {
      return new Object[0];
    }
    return new Object[] {predicted.length == 1 ? predicted[0] : Vectors.dense(predicted)};
  }
}
