package io.sparknn.ml;

import io.sparknn.loss.ClassificationLoss;
import io.sparknn.loss.Loss;
import io.sparknn.ml.param.HasClassificationLoss;
import io.sparknn.ml.param.HasPredictionCol;
import io.sparknn.ml.param.HasPredictionFormat;
import io.sparknn.ml.param.HasProbabilityCol;
import io.sparknn.ml.param.HasRawPredictionCol;
import io.sparknn.ml.param.HasThresholds;
import io.sparknn.ml.param.PredictionFormat;
import io.sparknn.ml.param.Rule;
import io.sparknn.spark.BatchScorer;
import io.sparknn.spark.ModelFiles;
import java.util.List;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructField;

/**
 * What {@link NeuralNetworkClassifier} trains. Appends the raw output (logits), the probabilities
 * of the classes and the predicted class; a column whose name is set to the empty string is left
 * out.
 *
 * <p>The raw output is the network's; for two classes it is {@code (-d / 2, d / 2)}, where d is how
 * far the network's second output is above its first, so that raw outputs rank rows as
 * probabilities do.
 *
 * <p>Of several labels a row, probabilities are sigmoids of the raw output, each on its own, and
 * the prediction is a vector of 0 and 1, or with {@code predictionFormat} {@code indices} an array
 * of label indices. After loss {@code hinge} the probabilities are scores only: the softmax of the
 * margins.
 */
public final class NeuralNetworkClassificationModel
    extends NetworkModel<NeuralNetworkClassificationModel>
    implements HasPredictionCol<NeuralNetworkClassificationModel>,
        HasRawPredictionCol<NeuralNetworkClassificationModel>,
        HasProbabilityCol<NeuralNetworkClassificationModel>,
        HasThresholds<NeuralNetworkClassificationModel>,
        HasPredictionFormat<NeuralNetworkClassificationModel>,
        HasClassificationLoss {
  private static final long serialVersionUID = 1L;

  NeuralNetworkClassificationModel(String uid, ModelFiles files) {
    super(uid, files);
    setDefault(rawPredictionCol(), "rawPrediction");
    setDefault(probabilityCol(), "probability");
    setDefault(predictionCol(), "prediction");
    setDefault(predictionFormat(), PredictionFormat.FLAGS.toString());
    setDefault(loss(), ClassificationLoss.SOFTMAX_CROSSENTROPY.toString());
  }

  public int numClasses() {
    return network().outputShape().size();
  }

  /** Whether a row may belong to any number of classes. */
  public boolean isMultiLabel() {
    return classificationLoss() == ClassificationLoss.SIGMOID_CROSSENTROPY;
  }

  private ClassificationLoss classificationLoss() {
    return Rule.parse(ClassificationLoss.class, getLoss());
  }

  @Override
  Loss newLoss() {
    return classificationLoss().create();
  }

  @Override
  List<StructField> outputFields() {
    return ClassifierOutputs.fields(
        getRawPredictionCol(), getProbabilityCol(), getPredictionCol(), predicted(), numClasses());
  }

  private PredictedLabels predicted() {
    double[] thresholds = isDefined(thresholds()) ? getThresholds() : new double[0];
    if (isMultiLabel()) {
      PredictionFormat format = Rule.parse(PredictionFormat.class, getPredictionFormat());
      return new PredictedLabels.Several(format, thresholds);
    }
    return new PredictedLabels.One(files().labels(), thresholds);
  }

  @Override
  BatchScorer.Outputs outputs() {
    if (isDefined(thresholds()) && getThresholds().length > 0) {
      ClassifierOutputs.check("thresholds", getThresholds(), numClasses());
    }
    return new ClassifierOutputs(
        isMultiLabel(),
        !getRawPredictionCol().isEmpty(),
        !getProbabilityCol().isEmpty(),
        getPredictionCol().isEmpty() ? null : predicted());
  }

  @Override
  NeuralNetworkClassificationModel newModel(ModelFiles files) {
    return new NeuralNetworkClassificationModel(uid(), files);
  }

  /** The reader that Spark finds when it loads a saved pipeline. */
  public static MLReader<NeuralNetworkClassificationModel> read() {
    return reader(NeuralNetworkClassificationModel.class, NeuralNetworkClassificationModel::new);
  }

  /** Loads a saved model. */
  public static NeuralNetworkClassificationModel load(String path) {
    return read().load(path);
  }
}
