package io.sparknn.ml;

import io.sparknn.spark.BatchScorer;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/**
 * A regressor's column of a row, written as the labels were.
 *
 * @param prediction whether there is one
 */
record RegressorOutputs(boolean prediction, TargetType type) implements BatchScorer.Outputs {

  /**
   * The column's field; none if its name is empty.
   *
   * @param targets their number, or 0 if it is not known yet
   */
  static List<StructField> fields(String name, TargetType type, int targets) {
    return name.isEmpty() ? List.of() : List.of(type.field(name, targets));
  }

  @Override
  public Object[] values(double[] raw, double[] predicted) {
    return prediction ? new Object[] {type.value(predicted)} : new Object[0];
  }
}
