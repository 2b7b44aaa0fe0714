package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.graph.Graph.Node;
import io.sparknn.graph.Network;
import io.sparknn.loss.Loss;
import io.sparknn.ml.param.HasFeaturesCol;
import io.sparknn.ml.param.HasPredictionCol;
import io.sparknn.spark.BatchScorer;
import io.sparknn.spark.BatchScorer.InputColumn;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.ValueReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * A trained network: scores DataFrames whose features column holds the raw values, with or without
 * the annotations of the layers.
 *
 * @param <M> the model's own type
 */
public abstract class NetworkModel<M extends NetworkModel<M>> extends Model<M>
    implements MLWritable, HasFeaturesCol<M>, HasPredictionCol<M> {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ModelFiles files;
  private transient TrainingSummary summary;
  private transient BatchScorer scorer;

  NetworkModel(String uid, ModelFiles files) {
    this.uid = uid;
    this.files = files;
    setDefault(featuresCol(), "features");
    setDefault(predictionCol(), "prediction");
  }

  /** The loss that it was trained with, which also makes predictions of outputs. */
  abstract Loss newLoss();

  /** The columns that scoring appends. */
  abstract List<StructField> outputFields();

  /** Fills those columns. */
  abstract BatchScorer.Outputs outputs();

  /** A copy with the same identity and weights, without params. */
  abstract M newModel(ModelFiles files);

  @Override
  public String uid() {
    return uid;
  }

  /** The network's layers, shapes and numbers of weights as a table. */
  public String describeNetwork() {
    return network().summary();
  }

  /** The number of weights, statistics included. */
  public int numWeights() {
    return network().size();
  }

  Network network() {
    return files.network();
  }

  ModelFiles files() {
    return files;
  }

  /** Whether the model was trained in this session. */
  public boolean hasSummary() {
    return summary != null;
  }

  /**
   * How the model was trained.
   *
   * @throws IllegalStateException if it was loaded, since the summary is not saved
   */
  public TrainingSummary summary() {
    if (summary == null) {
      throw new IllegalStateException(
          uid + ": there is no training summary, since the model was loaded and not trained here");
    }
    return summary;
  }

  void setSummary(TrainingSummary summary) {
    this.summary = summary;
  }

  /**
   * Appends the output columns.
   *
   * @throws IllegalArgumentException if the features column is not what the network was trained on,
   *     or an output column exists already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return Stages.explain(
        this,
        () -> {
          inputColumns(schema);
          return Stages.append(Origins.remove(schema), outputFields());
        });
  }

  /** Scores in batches, lazily; every column is kept. */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    return scorer(context)
        .score(
            dataset.toDF(),
            inputColumns(dataset.schema()),
            Stages.explain(this, this::outputs),
            schema);
  }

  private synchronized BatchScorer scorer(JavaSparkContext context) {
    if (scorer == null || !scorer.isUsable(context)) {
      scorer = new BatchScorer(context, network(), files.weights(), newLoss());
    }
    return scorer;
  }

  private List<InputColumn> inputColumns(StructType schema) {
    SymbolicColumn features = SymbolicColumn.of(schema, getFeaturesCol());
    check(features);
    int column = schema.fieldIndex(getFeaturesCol());
    List<InputColumn> columns = new ArrayList<>();
    for (Graph.Input input : features.graph().inputs()) {
      ValueReader reader = new ValueReader(input.name(), features.inputType(input.name()));
      columns.add(new InputColumn(column, features.inputIndex(input.name()), reader));
    }
    return columns;
  }

  /** Refuses a column with other inputs, or with other layers, than those that were trained. */
  private void check(SymbolicColumn features) {
    List<Graph.Input> trained = network().graph().inputs();
    List<Graph.Input> given = features.graph().inputs();
    boolean same = given.size() == trained.size();
    for (int i = 0; same && i < given.size(); i++) {
      same =
          given.get(i).shape().isCompatible(trained.get(i).shape())
              && (given.size() == 1 || given.get(i).name().equals(trained.get(i).name()));
    }
    if (!same) {
      throw new IllegalArgumentException(
          "column '%s' holds %s where the network was trained on %s"
              .formatted(features.field().name(), given, trained));
    }
    if (!features.hasLayers()) {
      return;
    }
    List<Node> nodes = network().graph().nodes();
    Graph whole = features.graph().then(uid, nodes.get(nodes.size() - 1).layer()).readable();
    if (!wiring(whole).equals(wiring(network().graph()))) {
      throw new IllegalArgumentException(
          "column '%s' carries other layers than the network was trained with: apply the layer stages of the pipeline that was fitted, or none"
              .formatted(features.field().name()));
    }
  }

  /** Each layer, which layer it shares its weights with, and what it reads: all but the names. */
  private static List<?> wiring(Graph graph) {
    List<String> names = new ArrayList<>();
    graph.inputs().forEach(input -> names.add(input.name()));
    graph.nodes().forEach(node -> names.add(node.name()));
    return graph.nodes().stream()
        .map(
            node ->
                List.of(
                    node.layer(),
                    names.indexOf(node.owner()),
                    node.inputs().stream().map(names::indexOf).toList()))
        .toList();
  }

  @Override
  public M copy(ParamMap extra) {
    M copied = newModel(files);
    copied.setSummary(summary);
    return copyValues(copied, extra).setParent(parent());
  }

  @Override
  public String explainParam(Param<?> param) {
    return Stages.explainParam(this, param);
  }

  @Override
  public String toString() {
    return "%s: %,d weights".formatted(uid, numWeights());
  }

  /** Writes Spark's metadata, {@code network.json} and {@code weights.safetensors}. */
  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  private static final class Writer extends MLWriter {
    private final NetworkModel<?> model;

    Writer(NetworkModel<?> model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter.saveMetadata(model, path, sparkSession());
      try {
        model.files.write(path, sparkSession().sparkContext().hadoopConfiguration());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Makes a model of what was read. */
  interface Maker<M> {
    M make(String uid, ModelFiles files);
  }

  /** A reader of saved models of one class. */
  static <M extends NetworkModel<M>> MLReader<M> reader(Class<M> type, Maker<M> maker) {
    return new MLReader<>() {
      @Override
      public M load(String path) {
        var metadata = DefaultParamsReader.loadMetadata(path, sparkSession(), type.getName());
        try {
          ModelFiles files =
              ModelFiles.read(path, sparkSession().sparkContext().hadoopConfiguration());
          M model = maker.make(metadata.uid(), files);
          metadata.getAndSetParams(model, Option.empty());
          return model;
        } catch (IOException e) {
          throw new UncheckedIOException(e.getMessage(), e);
        }
      }
    };
  }
}
