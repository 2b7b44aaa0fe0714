package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.graph.Graph.Node;
import io.sparknn.graph.Network;
import io.sparknn.graph.Network.Slot;
import io.sparknn.graph.Replica;
import io.sparknn.layer.Layer;
import io.sparknn.loss.Loss;
import io.sparknn.ml.param.HasFeaturesCol;
import io.sparknn.ml.param.HasFeaturesCols;
import io.sparknn.ml.param.HasUseOutputLayer;
import io.sparknn.spark.BatchScorer;
import io.sparknn.spark.BatchScorer.InputColumn;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.ValueReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
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
    implements MLWritable, HasFeaturesCol<M>, HasFeaturesCols<M>, HasUseOutputLayer<M> {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ModelFiles files;
  private transient TrainingSummary summary;
  private transient BatchScorer scorer;
  private transient String scoredLayer;

  NetworkModel(String uid, ModelFiles files) {
    this.uid = uid;
    this.files = files;
    setDefault(featuresCol(), "features");
    setDefault(useOutputLayer(), true);
  }

  /** The loss that it was trained with, options aside: it makes predictions of outputs. */
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
    return (int) network().numWeights();
  }

  /**
   * The trained vectors of an Embedding: columns {@code id} and {@code vector}.
   *
   * @param layer its name, as {@link #describeNetwork} shows it
   * @throws IllegalArgumentException if there is no such layer, or it holds no embeddings
   */
  public Dataset<Row> embeddings(SparkSession spark, String layer) {
    String name = layer + "/embeddings";
    return network().slots().stream()
        .filter(slot -> slot.name().equals(name))
        .findFirst()
        .map(slot -> EmbeddingVectors.toDataFrame(spark, slot.in(files().weights())))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: there is no Embedding '%s'; the weights are %s"
                        .formatted(
                            uid, layer, network().slots().stream().map(Slot::name).toList())));
  }

  Network network() {
    return files.network();
  }

  /** The layer whose output scoring computes. */
  String outputLayer() {
    return network().graph().output();
  }

  private Network scored() {
    return network().until(outputLayer());
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
          Features features = Features.of(this);
          inputColumns(features.join(schema), features.column());
          return Stages.append(Origins.remove(schema), outputFields());
        });
  }

  /** Scores in batches, lazily; every column is kept. */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    return score(dataset, outputFields(), Stages.explain(this, this::outputs));
  }

  private Dataset<Row> score(
      Dataset<?> dataset, List<StructField> appended, BatchScorer.Outputs outputs) {
    Features features = Features.of(this);
    Dataset<Row> rows = features.join(dataset);
    StructType schema = Stages.append(Origins.remove(rows.schema()), appended);
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    List<InputColumn> inputs = inputColumns(rows.schema(), features.column());
    return features.drop(scorer(context).score(rows, inputs, outputs, schema));
  }

  /**
   * Appends the attention weights of a layer: an array of heads, each an array of queries, each an
   * array of the weights that it gives the keys, which sum to 1. A row's padding is left out.
   *
   * @param layer an attention layer, or one within a stack, as in {@code
   *     transformerencoder/0/attention}
   * @throws IllegalArgumentException if there is no such layer, or the column exists already
   */
  public Dataset<Row> attentionScores(Dataset<?> dataset, String layer, String outputCol) {
    return Stages.explain(
        this,
        () -> {
          new Replica(scored()).checkAttention(layer);
          StructField field =
              new StructField(outputCol, AttentionOutputs.TYPE, false, Metadata.empty());
          return score(dataset, List.of(field), new AttentionOutputs(layer));
        });
  }

  /**
   * Appends the output of a layer as a vector; see {@link FeatureExtractor}.
   *
   * @param layer a layer, the head's own included, or a part of a composite one, as in {@code
   *     transformerencoder/0/feed_forward}
   * @throws IllegalArgumentException if there is no such layer, or the column exists already
   */
  public Dataset<Row> activations(Dataset<?> dataset, String layer, String outputCol) {
    return extractor(layer, outputCol).transform(dataset);
  }

  /**
   * A stage that appends the output of a layer, for pipelines and for many DataFrames.
   *
   * @param layer as in {@link #activations}
   * @throws IllegalArgumentException if there is no such layer
   */
  public FeatureExtractor extractor(String layer, String outputCol) {
    Stages.explain(this, () -> network().until(layer));
    String name = Identifiable$.MODULE$.randomUID(FeatureExtractor.class.getSimpleName());
    FeatureExtractor extractor = new FeatureExtractor(name, files);
    extractor.setLayer(layer).setOutputCol(outputCol);
    return copyValues(extractor, ParamMap.empty());
  }

  private synchronized BatchScorer scorer(JavaSparkContext context) {
    String layer = outputLayer();
    if (scorer == null || !scorer.isUsable(context) || !layer.equals(scoredLayer)) {
      scorer = new BatchScorer(context, scored(), files.weights(), newLoss());
      scoredLayer = layer;
    }
    return scorer;
  }

  private List<InputColumn> inputColumns(StructType schema, String featuresCol) {
    SymbolicColumn features = SymbolicColumn.of(schema, featuresCol);
    check(features);
    List<InputColumn> columns = new ArrayList<>();
    for (Graph.Input input : features.graph().inputs()) {
      ValueReader reader = new ValueReader(input.name(), features.inputType(input.name()));
      columns.add(new InputColumn(features.inputPlaces(input.name()), reader));
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
    Graph body = features.graph();
    Graph whole = getUseOutputLayer() ? body.then(uid, nodes.get(nodes.size() - 1).layer()) : body;
    if (!isSame(whole.readable(), network().graph())) {
      throw new IllegalArgumentException(
          "column '%s' carries other layers than the network was trained with: apply the layer stages of the pipeline that was fitted, or none"
              .formatted(features.field().name()));
    }
  }

  private static boolean isSame(Graph given, Graph trained) {
    boolean same = wiring(given).equals(wiring(trained));
    for (int i = 0; same && i < given.nodes().size(); i++) {
      Layer layer = given.nodes().get(i).layer();
      Layer other = trained.nodes().get(i).layer();
      same = layer.missing() == null ? layer.equals(other) : layer.kind().equals(other.kind());
    }
    return same;
  }

  /** Which layer each one shares its weights with, and what it reads. */
  private static List<?> wiring(Graph graph) {
    List<String> names = new ArrayList<>();
    graph.inputs().forEach(input -> names.add(input.name()));
    graph.nodes().forEach(node -> names.add(node.name()));
    return graph.nodes().stream()
        .map(
            node ->
                List.of(
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
    return String.format(Locale.ROOT, "%s: %,d weights", uid, numWeights());
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
      StageFiles.write(model, path, Map.of(), sparkSession());
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
        return StageFiles.load(
            path,
            sparkSession(),
            checksums -> {
              var metadata = DefaultParamsReader.loadMetadata(path, sparkSession(), type.getName());
              ModelFiles files =
                  ModelFiles.read(path, sparkSession().sparkContext().hadoopConfiguration());
              M model = maker.make(metadata.uid(), files);
              metadata.getAndSetParams(model, Option.empty());
              return model;
            });
      }
    };
  }
}
