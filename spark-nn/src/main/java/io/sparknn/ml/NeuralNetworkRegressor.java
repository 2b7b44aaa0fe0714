package io.sparknn.ml;

import io.sparknn.loss.Loss;
import io.sparknn.loss.RegressionLoss;
import io.sparknn.ml.param.HasHuberDelta;
import io.sparknn.ml.param.HasQuantile;
import io.sparknn.ml.param.HasRegressionLoss;
import io.sparknn.ml.param.Rule;
import io.sparknn.spark.LabelRule;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/**
 * Regression head: adds a dense layer of one output a target and makes the loss small (squared by
 * default). Labels are numbers, or vectors or arrays for several targets at once; predictions are
 * written as they are. Without any layer on the features column this is linear regression.
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
    return labelShape.size();
  }

  @Override
  LabelRule labelRule(StructField label) {
    String column = label.name();
    return switch (regressionLoss()) {
      case POISSON -> (labels, from, to) -> countProblem(column, labels, from, to);
      case KL -> (labels, from, to) -> distributionProblem(column, labels, from, to);
      default -> (labels, from, to) -> null;
    };
  }

  private static String countProblem(String column, float[] labels, int from, int to) {
    for (int i = from; i < to; i++) {
      if (labels[i] < 0) {
        return "label column '%s' must hold counts or rates of at least 0 for loss poisson; received %s: filter such rows, or set another loss"
            .formatted(column, labels[i]);
      }
    }
    return null;
  }

  private static String distributionProblem(String column, float[] labels, int from, int to) {
    double sum = 0;
    float least = 0;
    for (int i = from; i < to; i++) {
      sum += labels[i];
      least = Math.min(least, labels[i]);
    }
    if (least < 0 || Math.abs(1 - sum) > SUM_TOLERANCE) {
      return "label column '%s' must hold probabilities of at least 0 that sum to 1 in each row for loss kl; received %s: divide each row's values by their sum"
          .formatted(column, least < 0 ? "the value " + least : "a row with the sum " + sum);
    }
    return null;
  }

  @Override
  List<String> classNames(StructField label) {
    return List.of();
  }

  @Override
  List<StructField> outputFields(ValueReader label) {
    return RegressorOutputs.fields(getPredictionCol(), TargetType.of(label.type()), 0);
  }

  @Override
  NeuralNetworkRegressionModel newModel(ModelFiles files, StructField label) {
    var model = new NeuralNetworkRegressionModel(uid(), files);
    model.set(TargetType.param(model), TargetType.of(label.dataType()).toString());
    return model;
  }
}
