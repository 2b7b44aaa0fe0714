package io.sparknn.ml;

import io.sparknn.loss.Loss;
import io.sparknn.loss.Regression;
import io.sparknn.ml.param.HasLoss;
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
 */
public final class NeuralNetworkRegressor
    extends NetworkEstimator<NeuralNetworkRegressor, NeuralNetworkRegressionModel>
    implements HasLoss<NeuralNetworkRegressor> {
  private static final long serialVersionUID = 1L;

  public NeuralNetworkRegressor() {
    this(newUid(NeuralNetworkRegressor.class));
  }

  public NeuralNetworkRegressor(String uid) {
    super(uid);
    setDefault(loss(), Regression.SQUARED.toString());
  }

  @Override
  Loss newLoss() {
    return Rule.parse(Regression.class, getLoss());
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
  List<String> classNames(StructField label) {
    return List.of();
  }

  @Override
  List<StructField> outputFields(ValueReader label) {
    return RegressorOutputs.fields(getPredictionCol(), label.shape().isKnown() ? 1 : 0);
  }

  @Override
  NeuralNetworkRegressionModel newModel(ModelFiles files) {
    return new NeuralNetworkRegressionModel(uid(), files);
  }
}
