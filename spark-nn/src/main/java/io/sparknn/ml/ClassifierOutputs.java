package io.sparknn.ml;

import io.sparknn.spark.BatchScorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/**
 * A classifier's columns of a row: raw output, probabilities, and what is predicted by them.
 *
 * <p>For two classes the raw output is {@code (-d / 2, d / 2)}, where d is how far the network's
 * second output is above its first: its softmax is that of the network's own, and its second number
 * alone ranks rows as their probability does, which is all that evaluators look at.
 *
 * @param predicted null if there is no such column
 */
record ClassifierOutputs(
    boolean multiLabel, boolean rawPrediction, boolean probability, PredictedLabels predicted)
    implements BatchScorer.Outputs {

  /**
   * The columns' fields; a column whose name is empty is left out.
   *
   * @param classes their number, or 0 if it is not known yet
   */
  static List<StructField> fields(
      String rawPrediction,
      String probability,
      String prediction,
      PredictedLabels predicted,
      int classes) {
    List<StructField> fields = new ArrayList<>();
    for (String column : List.of(rawPrediction, probability)) {
      if (!column.isEmpty()) {
        fields.add(vectorField(column, classes));
      }
    }
    if (!prediction.isEmpty()) {
      fields.add(predicted.field(prediction, classes));
    }
    return fields;
  }

  /** A vector of a number for each class. */
  static StructField vectorField(String name, int classes) {
    return classes > 0
        ? new AttributeGroup(name, classes).toStructField()
        : new StructField(name, SQLDataTypes.VectorType(), true, Metadata.empty());
  }

  /** Refuses a param's values for another number of classes. */
  static void check(String param, double[] values, int classes) {
    if (values.length != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must have one number for each of the %d classes; received %d",
              param,
              classes,
              values.length));
    }
  }

  @Override
  public Object[] values(double[] raw, double[] probabilities) {
    List<Object> values = new ArrayList<>();
    if (rawPrediction) {
      values.add(Vectors.dense(multiLabel || raw.length != 2 ? raw : centred(raw)));
    }
    if (probability) {
      values.add(Vectors.dense(probabilities));
    }
    if (predicted != null) {
      values.add(predicted.value(probabilities));
    }
    return values.toArray();
  }

  private static double[] centred(double[] raw) {
    double half = (raw[1] - raw[0]) / 2;
    return new double[] {-half, half};
  }
}
