package io.sparknn.ml;

import io.sparknn.loss.Loss;
import io.sparknn.loss.RegressionLoss;
import io.sparknn.ml.param.HasLayerOutput;
import io.sparknn.spark.BatchScorer;
import io.sparknn.spark.ModelFiles;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.types.StructField;

/**
 * Appends the output of a trained network's layer, computed no further than that layer: a vector,
 * as other stages read it. An array of more axes is there in row-major order, its shape in the
 * metadata of the column as {@code spark_nn_shape}, -1 for a number of steps that differs from row
 * to row. Rows of such sequences have vectors of different lengths, since a row's padding is left
 * out; steps that a mask leaves out are 0.
 */
public final class FeatureExtractor extends NetworkModel<FeatureExtractor>
    implements HasLayerOutput<FeatureExtractor> {
  private static final long serialVersionUID = 1L;

  FeatureExtractor(String uid, ModelFiles files) {
    super(uid, files);
  }

  @Override
  String outputLayer() {
    return getLayer();
  }

  /** Without influence on the network's output. */
  @Override
  Loss newLoss() {
    return RegressionLoss.SQUARED.create();
  }

  @Override
  List<StructField> outputFields() {
    Shape shape = network().until(getLayer()).outputShape();
    return List.of(ActivationOutputs.field(getOutputCol(), shape));
  }

  @Override
  BatchScorer.Outputs outputs() {
    return new ActivationOutputs();
  }

  @Override
  FeatureExtractor newModel(ModelFiles files) {
    return new FeatureExtractor(uid(), files);
  }

  /** The reader that Spark finds when it loads a saved pipeline. */
  public static MLReader<FeatureExtractor> read() {
    return reader(FeatureExtractor.class, FeatureExtractor::new);
  }

  /** Loads a saved stage. */
  public static FeatureExtractor load(String path) {
    return read().load(path);
  }
}
