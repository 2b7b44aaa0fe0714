package io.sparknn.ml;

import io.sparknn.spark.BatchScorer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/**
 * A classifier's columns of a row: raw output, probabilities, and the class whose probability by
 * its threshold is greatest, or a flag for each whose probability is above its threshold.
 */
record ClassifierOutputs(
    boolean rawPrediction,
    boolean probability,
    boolean prediction,
    boolean multiLabel,
    double[] thresholds)
    implements BatchScorer.Outputs {

  /**
   * The columns' fields; a column whose name is empty is left out.
   *
   * @param classes their number, or 0 if it is not known yet
   * @param names of the classes, or nothing
   */
  static List<StructField> fields(
      String rawPrediction,
      String probability,
      String prediction,
      boolean multiLabel,
      int classes,
      List<String> names) {
    List<StructField> fields = new ArrayList<>();
    List<String> vectors =
        multiLabel
            ? List.of(rawPrediction, probability, prediction)
            : List.of(rawPrediction, probability);
    for (String column : vectors) {
      if (!column.isEmpty()) {
        fields.add(
            classes > 0
                ? new AttributeGroup(column, classes).toStructField()
                : new StructField(column, SQLDataTypes.VectorType(), true, Metadata.empty()));
      }
    }
    if (!prediction.isEmpty() && !multiLabel) {
      NominalAttribute attribute = NominalAttribute.defaultAttr().withName(prediction);
      if (!names.isEmpty() && names.size() == classes) {
        attribute = attribute.withValues(names.toArray(String[]::new));
      } else if (classes > 0) {
        attribute = attribute.withNumValues(classes);
      }
      fields.add(new StructField(prediction, DataTypes.DoubleType, false, attribute.toMetadata()));
    }
    return fields;
  }

  /** Refuses a param's values for another number of classes. */
  static void check(String param, double[] values, int classes) {
    if (values.length != classes) {
      throw new IllegalArgumentException(
          "%s must have one number for each of the %d classes; received %d"
              .formatted(param, classes, values.length));
    }
  }

  @Override
  public Object[] values(double[] raw, double[] predicted) {
    List<Object> values = new ArrayList<>();
    if (rawPrediction) {
      values.add(Vectors.dense(raw));
    }
    if (probability) {
      values.add(Vectors.dense(predicted));
    }
    if (prediction) {
      values.add(multiLabel ? flags(predicted) : (Object) (double) predict(predicted));
    }
    return values.toArray();
  }

  private Vector flags(double[] probabilities) {
    double[] flags = new double[probabilities.length];
    for (int k = 0; k < flags.length; k++) {
      double threshold = thresholds.length == 0 ? 0.5 : thresholds[k];
      flags[k] = probabilities[k] > threshold ? 1 : 0;
    }
    return Vectors.dense(flags);
  }

  private int predict(double[] probabilities) {
    int best = 0;
    for (int k = 1; k < probabilities.length; k++) {
      if (score(probabilities, k) > score(probabilities, best)) {
        best = k;
      }
    }
    return best;
  }

  private double score(double[] probabilities, int k) {
    if (thresholds.length == 0) {
      return probabilities[k];
    }
    return thresholds[k] == 0 && probabilities[k] == 0 ? 0 : probabilities[k] / thresholds[k];
  }
}
