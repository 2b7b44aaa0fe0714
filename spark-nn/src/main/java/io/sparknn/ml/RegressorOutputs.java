package io.sparknn.ml;

import io.sparknn.spark.BatchScorer;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** A regressor's column of a row: a number, or a vector for several targets. */
record RegressorOutputs() implements BatchScorer.Outputs {

  static StructField field(String name, int targets) {
    return targets == 1
        ? new StructField(name, DataTypes.DoubleType, false, Metadata.empty())
        : new AttributeGroup(name, targets).toStructField();
  }

  @Override
  public Object[] values(double[] raw, double[] predicted) {
    return new Object[] {predicted.length == 1 ? predicted[0] : Vectors.dense(predicted)};
  }
}
