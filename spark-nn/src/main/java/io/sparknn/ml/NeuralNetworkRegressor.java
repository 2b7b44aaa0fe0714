package io.sparknn.ml;

import io.sparknn.loss.Loss;
import io.sparknn.loss.RegressionLoss;
import io.sparknn.ml.param.HasHuberDelta;
import io.sparknn.ml.param.HasQuantile;
import io.sparknn.ml.param.HasRegressionLoss;
import io.sparknn.ml.param.Rule;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/**
 * Regression head: adds a dense layer of one output a target and makes the loss small (squared by
 * default). Labels are numbers, or vectors or arrays for several targets at once. Without any layer
 * on the features column this is linear regression.
 *
 * <p>Losses: {@code squared}, {@code absolute}, {@code huber} (its {@code huberDelta} is 1 by
 * default), {@code quantile} (0.5, the median, by default), {@code poisson} (labels are counts or
 * rates, the prediction is the rate), {@code kl} (labels and predictions are distributions: they
 * sum to 1) and {@code cosine} (only the direction of a vector counts).
 */
public final class NeuralNetworkRegressor
    extends NetworkEstimator<NeuralNetworkRegressor, NeuralNetworkRegressionModel>
    implements HasRegressionLoss,
        HasHuberDelta<NeuralNetworkRegressor>,
        HasQuantile<NeuralNetworkRegressor> {
  private static final long serialVersionUID = 1L;

  /** For probabilities that were rounded. */
  private static final double SUM_TOLERANCE = 1e-3;

  public NeuralNetworkRegressor() {
    this(newUid(NeuralNetworkRegressor.class));
  }

  public NeuralNetworkRegressor(String uid) {
    super(uid);
    setDefault(loss(), RegressionLoss.SQUARED.toString());
    setDefault(huberDelta(), 1.0);
    setDefault(quantile(), 0.5);
  }

  public NeuralNetworkRegressor setLoss(String value) {
    set(loss(), value);
    return this;
  }

  private RegressionLoss regressionLoss() {
    return Rule.parse(RegressionLoss.class, getLoss());
  }

  @Override
  Loss newLoss(ValueReader label) {
    return regressionLoss().create(getHuberDelta(), getQuantile());
  }

  @Override
  Loss newLoss(StructField label, int outputs) {
    return regressionLoss().create(getHuberDelta(), getQuantile());
  }

  @Override
  void checkLabel(ValueReader label) {
    if (label.shape().rank() != 1) {
      throw new IllegalArgumentException(
          "label column '%s' must hold a number, a vector or an array of numbers a row"
              .formatted(label.column()));
    }
  }

  @Override
  int outputs(StructField label, TrainingData data, Shape labelShape) {
    switch (regressionLoss()) {
      case POISSON -> checkCounts(label, data);
      case KL -> checkDistributions(label, data);
      default -> {}
    }
    return labelShape.size();
  }

  private static void checkCounts(StructField label, TrainingData data) {
    if (data.minLabel() < 0) {
      throw new IllegalArgumentException(
          "label column '%s' must hold counts or rates of at least 0 for loss poisson; received %s: filter such rows, or set another loss"
              .formatted(label.name(), data.minLabel()));
    }
  }

  private static void checkDistributions(StructField label, TrainingData data) {
    double least = data.minLabelSum();
    double greatest = data.maxLabelSum();
    if (data.minLabel() < 0 || Math.max(1 - least, greatest - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "label column '%s' must hold probabilities of at least 0 that sum to 1 in each row for loss kl; received values from %s on, with sums from %s to %s: divide each row's values by their sum"
              .formatted(label.name(), data.minLabel(), least, greatest));
    }
  }

  @Override
  List<String> classNames(StructField label) {
    return List.of();
  }

  @Override
  List<StructField> outputFields(ValueReader label) {
    return RegressorOutputs.fields(getPredictionCol(), label.shape().isKnown() ? 1 : 0);
  }

  @Override
  NeuralNetworkRegressionModel newModel(ModelFiles files, StructField label) {
    return new NeuralNetworkRegressionModel(uid(), files);
  }
}
