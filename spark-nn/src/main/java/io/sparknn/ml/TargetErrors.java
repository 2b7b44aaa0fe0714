package io.sparknn.ml;

import io.sparknn.spark.BadValueException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;

/**
 * How far predictions are from labels, target by target, summed over weighted rows. Means and sums
 * of squares are updated row by row, so that large means do not cost digits (Chan, Golub and
 * LeVeque 1983, "Algorithms for Computing the Sample Variance").
 */
final class TargetErrors implements Serializable {
  private static final long serialVersionUID = 1L;

  private double weight;
  private double[] squared = {};
  private double[] absolute = {};

  /** The mean label of each target, and the sum of the labels' squared distances from it. */
  private double[] mean = {};

  private double[] spread = {};

  /**
   * Of rows of a label, a prediction and perhaps a weight.
   *
   * @param weights null if all rows weigh 1
   * @throws BadValueException if a row's values are not as they must be, or there is no weight
   */
  static TargetErrors of(
      JavaRDD<Row> rows, TargetReader labels, TargetReader predictions, TargetReader weights) {
    List<TargetErrors> parts =
        rows.mapPartitions(partition -> sum(partition, labels, predictions, weights)).collect();
    TargetErrors all = new TargetErrors();
    for (TargetErrors part : parts) {
      all.merge(part, labels.column());
    }
    if (all.weight == 0) {
      throw new BadValueException("there is no row of a weight above 0 to evaluate");
    }
    return all;
  }

  private static Iterator<TargetErrors> sum(
      Iterator<Row> rows, TargetReader labels, TargetReader predictions, TargetReader weights) {
    TargetErrors errors = new TargetErrors();
    while (rows.hasNext()) {
      Row row = rows.next();
      double weight = weights == null ? 1 : weights.read(row.get(2))[0];
      if (weight < 0) {
        throw new BadValueException(
            "column '%s' has the weight %s; weights must not be negative"
                .formatted(weights.column(), weight));
      }
      double[] label = labels.read(row.get(0));
      double[] prediction = predictions.read(row.get(1));
      if (label.length != prediction.length) {
        throw new BadValueException(
            String.format(
                Locale.ROOT,
                "a row has %d numbers in column '%s' but %d in column '%s': there must be a prediction for each label",
                label.length,
                labels.column(),
                prediction.length,
                predictions.column()));
      }
      if (weight > 0) {
        errors.merge(of(label, prediction, weight), labels.column());
      }
    }
    return List.of(errors).iterator();
  }

  private static TargetErrors of(double[] label, double[] prediction, double weight) {
    TargetErrors row = new TargetErrors();
    row.weight = weight;
    row.mean = label.clone();
    row.spread = new double[label.length];
    row.squared = all(label, k -> weight * (label[k] - prediction[k]) * (label[k] - prediction[k]));
    row.absolute = all(label, k -> weight * Math.abs(label[k] - prediction[k]));
    return row;
  }

  private static double[] all(double[] like, IntToDoubleFunction value) {
    return IntStream.range(0, like.length).mapToDouble(value).toArray();
  }

  private void merge(TargetErrors other, String column) {
    if (other.weight == 0) {
      return;
    }
    if (weight == 0) {
      weight = other.weight;
      squared = other.squared;
      absolute = other.absolute;
      mean = other.mean;
      spread = other.spread;
      return;
    }
    if (mean.length != other.mean.length) {
      throw new BadValueException(
          String.format(
              Locale.ROOT,
              "column '%s' has rows of %d and of %d numbers: all rows must have as many",
              column,
              mean.length,
              other.mean.length));
    }
    double share = other.weight / (weight + other.weight);
    for (int k = 0; k < mean.length; k++) {
      double apart = other.mean[k] - mean[k];
      spread[k] += other.spread[k] + apart * apart * weight * share;
      mean[k] += apart * share;
      squared[k] += other.squared[k];
      absolute[k] += other.absolute[k];
    }
    weight += other.weight;
  }

  double meanSquared() {
    return mean(k -> squared[k] / weight);
  }

  double meanAbsolute() {
    return mean(k -> absolute[k] / weight);
  }

  /** The mean share of the labels' spread that predictions explain. */
  double explained() {
    return mean(k -> spread[k] == 0 ? (squared[k] == 0 ? 1 : 0) : 1 - squared[k] / spread[k]);
  }

  private double mean(IntToDoubleFunction value) {
    return IntStream.range(0, mean.length).mapToDouble(value).average().orElseThrow();
  }
}
