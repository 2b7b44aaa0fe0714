package io.sparknn.ml;

import io.sparknn.loss.Loss;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.ml.param.HasProbabilityCol;
import io.sparknn.ml.param.HasRawPredictionCol;
import io.sparknn.ml.param.HasThresholds;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Classification head, binary or multinomial: adds a dense layer of one output (logit) a class and
 * makes the softmax cross-entropy small. Labels are class indices 0, 1, 2, ..., as StringIndexer
 * makes them; the number of classes comes from the label column's metadata, or else is one more
 * than the greatest label. Without any layer on the features column this is multinomial logistic
 * regression.
 */
public final class NeuralNetworkClassifier
    extends NetworkEstimator<NeuralNetworkClassifier, NeuralNetworkClassificationModel>
    implements HasRawPredictionCol<NeuralNetworkClassifier>,
        HasProbabilityCol<NeuralNetworkClassifier>,
        HasThresholds<NeuralNetworkClassifier> {
  private static final long serialVersionUID = 1L;

  private static final int MAX_INFERRED_CLASSES = 1000;

  public NeuralNetworkClassifier() {
    this(newUid(NeuralNetworkClassifier.class));
  }

  public NeuralNetworkClassifier(String uid) {
    super(uid);
    setDefault(rawPredictionCol(), "rawPrediction");
    setDefault(probabilityCol(), "probability");
  }

  @Override
  Loss newLoss() {
    return new SoftmaxCrossEntropy();
  }

  @Override
  void checkLabel(ValueReader label) {
    checkNumeric(label);
  }

  @Override
  int outputs(StructField label, TrainingData data, Shape labelShape) {
    int named = numClasses(label);
    float least = data.minLabel();
    float greatest = data.maxLabel();
    if (!data.hasWholeLabels() || least < 0 || (named > 0 && greatest >= named)) {
      throw new IllegalArgumentException(
          "label column '%s' must hold class indices 0, 1, 2, ...%s; received labels from %s to %s: index them with StringIndexer"
              .formatted(label.name(), named > 0 ? " below " + named : "", least, greatest));
    }
    if (named < 0 && greatest >= MAX_INFERRED_CLASSES) {
      throw new IllegalArgumentException(
          "label column '%s' has a label of %s; more than %d classes must be declared in its metadata, as StringIndexer does"
              .formatted(label.name(), greatest, MAX_INFERRED_CLASSES));
    }
    int classes = Math.max(2, named > 0 ? named : (int) greatest + 1);
    if (isDefined(thresholds())) {
      ClassifierOutputs.check(getThresholds(), classes);
    }
    return classes;
  }

  private static int numClasses(StructField label) {
    Attribute attribute = attribute(label);
    if (attribute instanceof BinaryAttribute) {
      return 2;
    }
    if (attribute instanceof NominalAttribute nominal && nominal.getNumValues().isDefined()) {
      return (Integer) nominal.getNumValues().get();
    }
    return -1;
  }

  /** The label's metadata; Spark would refuse to read it from a boolean column. */
  private static Attribute attribute(StructField label) {
    return Attribute.fromStructField(
        new StructField(label.name(), DataTypes.DoubleType, label.nullable(), label.metadata()));
  }

  @Override
  List<String> classNames(StructField label) {
    return attribute(label) instanceof NominalAttribute nominal && nominal.values().isDefined()
        ? List.of(nominal.values().get())
        : List.of();
  }

  @Override
  List<StructField> outputFields(ValueReader label) {
    return ClassifierOutputs.fields(
        getRawPredictionCol(), getProbabilityCol(), getPredictionCol(), 0, List.of());
  }

  @Override
  NeuralNetworkClassificationModel newModel(ModelFiles files) {
    return new NeuralNetworkClassificationModel(uid(), files);
  }
}
