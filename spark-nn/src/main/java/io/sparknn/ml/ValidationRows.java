package io.sparknn.ml;

import io.sparknn.spark.TrainingData;
import io.sparknn.spark.TrainingData.Range;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.Locale;
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
 * @param kept which rows are kept, in words
 */
record ValidationRows(Dataset<Row> training, Dataset<Row> validation, String kept) {

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
              ColumnPath.of(rows.schema(), head.getValidationIndicatorCol()).in(rows),
              functions.lit(false));
      return new ValidationRows(
          rows.filter(functions.not(kept)),
          rows.filter(kept),
          "those where validationIndicatorCol '%s' is true"
              .formatted(head.getValidationIndicatorCol()));
    }
    if (fraction > 0) {
      Dataset<Row>[] parts =
          rows.randomSplit(new double[] {1 - fraction, fraction}, head.getSeed());
      return new ValidationRows(
          parts[0], parts[1], "a share of validationFraction %s, by chance".formatted(fraction));
    }
    return new ValidationRows(rows, null, "");
  }

  /** What the rows to train on are for. */
  Purpose trainingPurpose() {
    return validation == null
        ? new Purpose(
            "there is no row to train on", "the weights of all rows are 0: nothing to train on")
        : new Purpose(
            "there is no row to train on beside those kept for validation, %s: keep fewer"
                .formatted(kept),
            "the weights of all rows are 0 but for those kept for validation, %s: nothing to train on"
                .formatted(kept));
  }

  /** What the rows kept for validation are for. */
  Purpose validationPurpose() {
    return new Purpose(
        "there is no row to validate on: the rows kept for validation are %s; keep some, or none by leaving it unset"
            .formatted(kept),
        "the weights of all rows kept for validation, %s, are 0: nothing to validate on"
            .formatted(kept));
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
            String.format(
                Locale.ROOT,
                "the rows kept for validation have %d to %d values where those to train on have %d",
                sizes.min(),
                sizes.max(),
                size));
      }
    }
  }
}
