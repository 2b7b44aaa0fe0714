package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.graph.NodeOptions;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.Fluent;
import io.sparknn.ml.param.HasName;
import io.sparknn.ml.param.HasOutputCol;
import io.sparknn.ml.param.HasWeights;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A layer as a pipeline stage. It computes nothing: it annotates its output column, whose value is
 * the input column's, with one more layer. A head at the pipeline's end trains the whole network.
 *
 * @param <S> the stage's own type
 */
public abstract class LayerStage<S extends LayerStage<S>> extends Transformer
    implements DefaultParamsWritable, HasOutputCol<S>, HasName<S>, Fluent<S> {
  private static final long serialVersionUID = 1L;

  private final String uid;

  /** A stage with a given identity. */
  protected LayerStage(String uid) {
    this.uid = uid;
    setDefault(name(), NodeOptions.DEFAULT.name());
    if (this instanceof HasWeights<?> weights) {
      setDefault(weights.trainable(), NodeOptions.DEFAULT.trainable());
      setDefault(weights.l1(), NodeOptions.DEFAULT.l1());
      setDefault(weights.l2(), NodeOptions.DEFAULT.l2());
      setDefault(weights.maxNorm(), NodeOptions.DEFAULT.maxNorm());
      setDefault(weights.initialWeights(), NodeOptions.DEFAULT.initialWeights());
    }
  }

  /** An identity for a new stage. */
  protected static String newUid(Class<?> stage) {
    return Identifiable$.MODULE$.randomUID(stage.getSimpleName());
  }

  /** The layer that the params describe. */
  protected abstract Layer toLayer();

  /** The layer that the params describe, and what is left to the columns that it reads. */
  protected Layer toLayer(List<SymbolicColumn> columns) {
    return toLayer();
  }

  private NodeOptions options() {
    if (this instanceof HasWeights<?> weights) {
      return new NodeOptions(
          getName(),
          weights.getTrainable(),
          weights.getL1(),
          weights.getL2(),
          weights.getMaxNorm(),
          weights.getInitialWeights());
    }
    return new NodeOptions(getName(), true, 0, 0, 0, "");
  }

  /** The names of the columns that the layer reads. */
  protected abstract List<String> inputColumns();

  @Override
  public String uid() {
    return uid;
  }

  /**
   * Adds the layer to the output column.
   *
   * @throws IllegalArgumentException if the layer cannot read its input: which stage and column,
   *     which rule, what was received, what to do
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return replace(schema, outputField(columns(schema)));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    List<SymbolicColumn> columns = columns(dataset.schema());
    StructField field = outputField(columns);
    Metadata metadata = Stages.explain(this, () -> Origins.add(field.metadata(), dataset, columns));
    Column value = SymbolicColumn.value(dataset, columns);
    return Annotation.add(dataset, field.name(), value.as(field.name(), metadata));
  }

  private List<SymbolicColumn> columns(StructType schema) {
    List<SymbolicColumn> columns = new ArrayList<>();
    for (String name : inputColumns()) {
      columns.add(Stages.explain(this, () -> SymbolicColumn.of(schema, name)));
    }
    return columns;
  }

  private StructField outputField(List<SymbolicColumn> columns) {
    List<Graph> graphs = columns.stream().map(SymbolicColumn::graph).toList();
    Layer layer = Stages.explain(this, () -> toLayer(columns));
    String subject = "%s on column %s".formatted(uid, String.join(", ", inputColumns()));
    Graph graph = Stages.explain(subject, () -> Graph.join(uid, layer, options(), graphs));
    return SymbolicColumn.joined(outputName(columns), graph, columns);
  }

  /** The output column's name; a column that is written in place keeps its own spelling. */
  private String outputName(List<SymbolicColumn> columns) {
    List<String> read = inputColumns();
    String name = getOutputCol();
    for (int i = 0; i < columns.size(); i++) {
      String own = columns.get(i).field().name();
      if (read.get(i).equals(name) || Stages.isSameName(own, name)) {
        return own;
      }
    }
    return name;
  }

  private static StructType replace(StructType schema, StructField field) {
    StructField[] fields = schema.fields().clone();
    for (int i = 0; i < fields.length; i++) {
      if (Stages.isSameName(fields[i].name(), field.name())) {
        fields[i] = field;
        return new StructType(fields);
      }
    }
    return schema.add(field);
  }

  @Override
  @SuppressWarnings("unchecked")
  public S copy(ParamMap extra) {
    return (S) this.<Transformer>defaultCopy(extra);
  }

  @Override
  public String explainParam(Param<?> param) {
    return Stages.explainParam(this, param);
  }

  @Override
  public String toString() {
    return uid;
  }

  /** Writes Spark's metadata, with a checksum. */
  @Override
  public MLWriter write() {
    return StageFiles.writer(this);
  }

  /** The reader that Spark finds when it loads a saved stage or pipeline. */
  public static <T> MLReader<T> read() {
    return StageFiles.reader();
  }

  /** Loads a saved stage. */
  public static <T> T load(String path) {
    return LayerStage.<T>read().load(path);
  }
}
