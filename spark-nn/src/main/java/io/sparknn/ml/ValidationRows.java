package io.sparknn.ml;

import io.sparknn.spark.Columns;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.TrainingData.Range;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A head's rows, divided into those to train on and those kept for validation.
 *
 * @param validation null if none are kept
 */
record ValidationRows(Dataset<Row> training, Dataset<Row> validation) {

  /**
   * Divides rows.
   *
   * @throws IllegalArgumentException if column and fraction are both set
   */
  static ValidationRows of(NetworkEstimator<?, ?> head, Dataset<Row> rows) {
    double fraction = head.getValidationFraction();
    if (head.isDefined(head.validationIndicatorCol())) {
      if (fraction > 0) {
        throw new IllegalArgumentException(
            "validationIndicatorCol is '%s' and validationFraction is %s: set one of them"
                .formatted(head.getValidationIndicatorCol(), fraction));
      }
      Column kept =
          functions.coalesce(
              rows.col(Columns.quote(head.getValidationIndicatorCol())), functions.lit(false));
      return new ValidationRows(rows.filter(functions.not(kept)), rows.filter(kept));
    }
    if (fraction > 0) {
      Dataset<Row>[] parts =
          rows.randomSplit(new double[] {1 - fraction, fraction}, head.getSeed());
      return new ValidationRows(parts[0], parts[1]);
    }
    return new ValidationRows(rows, null);
  }

  /** Refuses an indicator column that is not boolean. */
  static void check(NetworkEstimator<?, ?> head, StructType schema) {
    if (head.isDefined(head.validationIndicatorCol())) {
      String column = head.getValidationIndicatorCol();
      if (!Stages.field(schema, column).dataType().equals(DataTypes.BooleanType)) {
        throw new IllegalArgumentException(
            "validationIndicatorCol '%s' must be boolean; it is %s"
                .formatted(column, Stages.field(schema, column).dataType().simpleString()));
      }
    }
  }

  /** Refuses rows that the trained network cannot read. */
  static void check(TrainingData data, List<Shape> shapes) {
    for (int i = 0; i < shapes.size(); i++) {
      Range sizes = data.sizes(i);
      int size = shapes.get(i).isRagged() ? -1 : shapes.get(i).size();
      if (size >= 0 && (sizes.min() != size || sizes.max() != size)) {
        throw new IllegalArgumentException(
            "the rows kept for validation have %d to %d values where those to train on have %d"
                .formatted(sizes.min(), sizes.max(), size));
      }
    }
  }
}
