package io.sparknn.ml;

import io.sparknn.loss.ClassificationLoss;
import io.sparknn.loss.Loss;
import io.sparknn.ml.param.HasClassWeights;
import io.sparknn.ml.param.HasClassificationLoss;
import io.sparknn.ml.param.HasFocalGamma;
import io.sparknn.ml.param.HasLabelSmoothing;
import io.sparknn.ml.param.HasPredictionFormat;
import io.sparknn.ml.param.HasProbabilityCol;
import io.sparknn.ml.param.HasRawPredictionCol;
import io.sparknn.ml.param.HasThresholds;
import io.sparknn.ml.param.PredictionFormat;
import io.sparknn.ml.param.Rule;
import io.sparknn.spark.LabelRule;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Classification head, binary, multinomial or of several labels a row: adds a dense layer of one
 * output (logit) a class and makes the loss small. Without any layer on the features column this is
 * logistic regression.
 *
 * <p>Labels are class indices 0, 1, 2, ..., as StringIndexer makes them; the number of classes
 * comes from the label column's metadata, or else is one more than the greatest label. The loss is
 * {@code softmax_crossentropy} by default, or {@code hinge}.
 *
 * <p>Or labels are vectors or arrays of 0 and 1, one for each class, any number of which a row may
 * belong to. The loss then is {@code sigmoid_crossentropy}, and classes are predicted one by one: a
 * vector of 1 where the probability is above the class' threshold (0.5 by default), else of 0; or
 * with {@code predictionFormat} {@code indices} an array of the indices of those, which {@code
 * MultilabelClassificationEvaluator} compares with a column of such arrays.
 *
 * <p>Options of the loss, all without effect by default: {@code labelSmoothing}, {@code
 * classWeights} (of several labels, the weight of the rows that belong to the class) and {@code
 * focalGamma}. Class weights are for the loss only: it is divided by the sum of the rows' weights.
 */
public final class NeuralNetworkClassifier
    extends NetworkEstimator<NeuralNetworkClassifier, NeuralNetworkClassificationModel>
    implements HasRawPredictionCol<NeuralNetworkClassifier>,
        HasProbabilityCol<NeuralNetworkClassifier>,
        HasThresholds<NeuralNetworkClassifier>,
        HasPredictionFormat<NeuralNetworkClassifier>,
        HasClassificationLoss,
        HasLabelSmoothing<NeuralNetworkClassifier>,
        HasClassWeights<NeuralNetworkClassifier>,
        HasFocalGamma<NeuralNetworkClassifier> {
  private static final long serialVersionUID = 1L;

  private static final int MAX_INFERRED_CLASSES = 1000;

  public NeuralNetworkClassifier() {
    this(newUid(NeuralNetworkClassifier.class));
  }

  public NeuralNetworkClassifier(String uid) {
    super(uid);
    setDefault(rawPredictionCol(), "rawPrediction");
    setDefault(probabilityCol(), "probability");
    setDefault(loss(), ClassificationLoss.SOFTMAX_CROSSENTROPY.toString());
    setDefault(predictionFormat(), PredictionFormat.FLAGS.toString());
    setDefault(labelSmoothing(), 0.0);
    setDefault(classWeights(), new double[0]);
    setDefault(focalGamma(), 0.0);
  }

  public NeuralNetworkClassifier setLoss(String value) {
    set(loss(), value);
    return this;
  }

  private static boolean isMultiLabel(ValueReader label) {
    return !label.shape().isKnown();
  }

  /** The loss that is set, or else that suits the label. */
  private ClassificationLoss loss(ValueReader label) {
    return !isSet(loss()) && isMultiLabel(label)
        ? ClassificationLoss.SIGMOID_CROSSENTROPY
        : Rule.parse(ClassificationLoss.class, getLoss());
  }

  @Override
  Loss newLoss(ValueReader label) {
    List<Double> classWeights = DoubleStream.of(getClassWeights()).boxed().toList();
    return loss(label).create(getLabelSmoothing(), classWeights, getFocalGamma());
  }

  private static ValueReader reader(StructField label) {
    return new ValueReader(label.name(), label.dataType());
  }

  @Override
  Loss newLoss(StructField label, int outputs) {
    if (getClassWeights().length > 0) {
      ClassifierOutputs.check("classWeights", getClassWeights(), outputs);
    }
    if (isDefined(thresholds())) {
      ClassifierOutputs.check("thresholds", getThresholds(), outputs);
    }
    return newLoss(reader(label));
  }

  @Override
  void checkLabel(ValueReader label) {
    if (label.shape().rank() != 1) {
      throw new IllegalArgumentException(
          "label column '%s' must hold a class index, or a vector or an array of 0 and 1 a row"
              .formatted(label.column()));
    }
    boolean sigmoid = getLoss().equals(ClassificationLoss.SIGMOID_CROSSENTROPY.toString());
    if (isMultiLabel(label) && isSet(loss()) && !sigmoid) {
      throw new IllegalArgumentException(
          "loss %s learns one class a row, but label column '%s' holds a vector or an array: set loss to sigmoid_crossentropy, or the label to a class index"
              .formatted(getLoss(), label.column()));
    }
    if (!isMultiLabel(label) && sigmoid) {
      throw new IllegalArgumentException(
          "loss sigmoid_crossentropy learns several labels a row, but label column '%s' holds one number: set loss to softmax_crossentropy, or the label to a vector or an array of 0 and 1"
              .formatted(label.column()));
    }
    if (!isMultiLabel(label) && isSet(predictionFormat())) {
      throw new IllegalArgumentException(
          "predictionFormat is for several labels a row, but label column '%s' holds one number, and so does the prediction: leave it unset"
              .formatted(label.column()));
    }
    // Refuses options that the loss lacks before there is any data.
    newLoss(label);
  }

  @Override
  LabelRule labelRule(StructField label) {
    String column = label.name();
    int named = numClasses(label);
    return loss(reader(label)) == ClassificationLoss.SIGMOID_CROSSENTROPY
        ? (labels, from, to) -> flagProblem(column, labels, from, to)
        : (labels, from, to) -> classProblem(column, named, labels[from]);
  }

  private static String flagProblem(String column, float[] labels, int from, int to) {
    for (int i = from; i < to; i++) {
      if (labels[i] != 0 && labels[i] != 1) {
        return "label column '%s' must hold 0 or 1 for each class of a row; received %s: make it 1 where the row belongs to the class, else 0"
            .formatted(column, labels[i]);
      }
    }
    return null;
  }

  private static String classProblem(String column, int named, float label) {
    boolean isClass = label >= 0 && label == Math.rint(label);
    if (!isClass || (named > 0 && label >= named)) {
      return "label column '%s' must hold class indices 0, 1, 2, ...%s; received %s: index them with StringIndexer"
          .formatted(column, named > 0 ? " below " + named : "", label);
    }
    if (named < 0 && label >= MAX_INFERRED_CLASSES) {
      return String.format(
          Locale.ROOT,
          "label column '%s' has a label of %s; more than %d classes must be declared in its metadata, as StringIndexer does",
          column,
          label,
          MAX_INFERRED_CLASSES);
    }
    return null;
  }

  @Override
  int outputs(StructField label, TrainingData data, Shape labelShape) {
    if (loss(reader(label)) == ClassificationLoss.SIGMOID_CROSSENTROPY) {
      return labelShape.size();
    }
    int named = numClasses(label);
    return Math.max(2, named > 0 ? named : (int) data.maxLabel() + 1);
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
        getRawPredictionCol(),
        getProbabilityCol(),
        getPredictionCol(),
        isMultiLabel(label)
            ? new PredictedLabels.Several(
                Rule.parse(PredictionFormat.class, getPredictionFormat()), new double[0])
            : new PredictedLabels.One(List.of(), new double[0]),
        0);
  }

  @Override
  NeuralNetworkClassificationModel newModel(ModelFiles files, StructField label) {
    var model = new NeuralNetworkClassificationModel(uid(), files);
    model.set(model.loss(), loss(reader(label)).toString());
    return model;
  }
}
