package io.sparknn.ml;

import io.sparknn.ml.param.PredictionFormat;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** What is predicted of a row by the probabilities of its labels. */
interface PredictedLabels extends Serializable {

  /**
   * The column's field.
   *
   * @param classes their number, or 0 if it is not known yet
   */
  StructField field(String name, int classes);

  /** A row's value. */
  Object value(double[] probabilities);

  /**
   * The class whose probability by its threshold is greatest.
   *
   * @param names of the classes, or nothing
   * @param thresholds one for each class, or none
   */
  record One(List<String> names, double[] thresholds) implements PredictedLabels {

    @Override
    public StructField field(String name, int classes) {
      NominalAttribute attribute = NominalAttribute.defaultAttr().withName(name);
      if (!names.isEmpty() && names.size() == classes) {
        attribute = attribute.withValues(names.toArray(String[]::new));
      } else if (classes > 0) {
        attribute = attribute.withNumValues(classes);
      }
      return new StructField(name, DataTypes.DoubleType, false, attribute.toMetadata());
    }

    @Override
    public Object value(double[] probabilities) {
      int best = 0;
      for (int k = 1; k < probabilities.length; k++) {
        if (score(probabilities, k) > score(probabilities, best)) {
          best = k;
        }
      }
      return (double) best;
    }

    private double score(double[] probabilities, int k) {
      if (thresholds.length == 0) {
        return probabilities[k];
      }
      return thresholds[k] == 0 && probabilities[k] == 0 ? 0 : probabilities[k] / thresholds[k];
    }
  }

  /**
   * Each label whose probability is above its threshold.
   *
   * @param thresholds one for each label, or none: then they are 1/2
   */
  record Several(PredictionFormat format, double[] thresholds) implements PredictedLabels {

    @Override
    public StructField field(String name, int classes) {
      return format == PredictionFormat.FLAGS
          ? ClassifierOutputs.vectorField(name, classes)
          : new StructField(
              name,
              DataTypes.createArrayType(DataTypes.DoubleType, false),
              false,
              Metadata.empty());
    }

    @Override
    public Object value(double[] probabilities) {
      IntStream all = IntStream.range(0, probabilities.length);
      return format == PredictionFormat.FLAGS
          ? Vectors.dense(all.mapToDouble(k -> isOn(probabilities, k) ? 1 : 0).toArray())
          : all.filter(k -> isOn(probabilities, k)).asDoubleStream().toArray();
    }

    private boolean isOn(double[] probabilities, int k) {
      return probabilities[k] > (thresholds.length == 0 ? 0.5 : thresholds[k]);
    }
  }
}
