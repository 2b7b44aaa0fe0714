package io.sparknn.ml;

import io.sparknn.loss.Loss;
import io.sparknn.loss.RegressionLoss;
import io.sparknn.ml.param.HasPredictionCol;
import io.sparknn.ml.param.HasRegressionLoss;
import io.sparknn.ml.param.Rule;
import io.sparknn.spark.BatchScorer;
import io.sparknn.spark.ModelFiles;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructField;

/**
 * What {@link NeuralNetworkRegressor} trains. Appends the prediction, written as the labels were: a
 * number, a vector, or an array of doubles. After loss {@code poisson} it is a rate, after {@code
 * kl} a distribution, else the network's output.
 */
public final class NeuralNetworkRegressionModel extends NetworkModel<NeuralNetworkRegressionModel>
    implements HasPredictionCol<NeuralNetworkRegressionModel>, HasRegressionLoss {
  private static final long serialVersionUID = 1L;

  NeuralNetworkRegressionModel(String uid, ModelFiles files) {
    super(uid, files);
    setDefault(predictionCol(), "prediction");
    setDefault(loss(), RegressionLoss.SQUARED.toString());
  }

  /** The number of targets. */
  public int numTargets() {
    return network().outputShape().size();
  }

  /** Param: how the labels were written that it was trained on, and so its predictions are. */
  public Param<String> targetType() {
    return TargetType.param(this);
  }

  /** {@code number}, {@code vector} or {@code array}. */
  public String getTargetType() {
    return type().toString();
  }

  /** Models saved before there was the param predicted vectors of several targets. */
  private TargetType type() {
    if (isSet(targetType())) {
      return Rule.parse(TargetType.class, getOrDefault(targetType()));
    }
    return numTargets() == 1 ? TargetType.NUMBER : TargetType.VECTOR;
  }

  @Override
  Loss newLoss() {
    return Rule.parse(RegressionLoss.class, getLoss()).create();
  }

  @Override
  List<StructField> outputFields() {
    return RegressorOutputs.fields(getPredictionCol(), type(), numTargets());
  }

  @Override
  BatchScorer.Outputs outputs() {
    return new RegressorOutputs(!getPredictionCol().isEmpty(), type());
  }

  @Override
  NeuralNetworkRegressionModel newModel(ModelFiles files) {
    return new NeuralNetworkRegressionModel(uid(), files);
  }

  /** The reader that Spark finds when it loads a saved pipeline. */
  public static MLReader<NeuralNetworkRegressionModel> read() {
    return reader(NeuralNetworkRegressionModel.class, NeuralNetworkRegressionModel::new);
  }

  /** Loads a saved model. */
  public static NeuralNetworkRegressionModel load(String path) {
    return read().load(path);
  }
}
