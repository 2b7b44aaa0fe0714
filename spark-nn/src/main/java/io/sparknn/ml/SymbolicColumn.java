package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column that carries its network: the value is the raw input (a struct of them where several
 * were joined), and the field's metadata holds the graph of the layers that read it.
 */
public final class SymbolicColumn {

  private static final String KEY = "spark_nn";

  private final ColumnPath path;
  private final Graph graph;

  private SymbolicColumn(ColumnPath path, Graph graph) {
    this.path = path;
    this.graph = graph;
  }

  /**
   * Reads a column's field.
   *
   * @param name of a column, or of a field of structs within one, as in {@code user.features}
   * @throws IllegalArgumentException if there is no such column, or a network cannot read its type
   */
  public static SymbolicColumn of(StructType schema, String name) {
    ColumnPath path = ColumnPath.of(schema, name);
    StructField field = path.field();
    Graph graph =
        isAnnotated(field)
            ? RecentGraphs.read(field.metadata().getString(KEY))
            : Graph.input(path.name(), rawShape(field));
    return new SymbolicColumn(path, graph);
  }

  /** Whether a layer has read the column of a field. */
  static boolean isAnnotated(StructField field) {
    return isAnnotated(field.metadata());
  }

  /** Whether a layer has read the column with this metadata. */
  static boolean isAnnotated(Metadata metadata) {
    return metadata.contains(KEY);
  }

  /** The column of a field that stands alone. */
  static SymbolicColumn of(StructField field) {
    return of(new StructType(new StructField[] {field}), field.name());
  }

  private static Shape rawShape(StructField field) {
    Shape shape = new ValueReader(field.name(), field.dataType()).shape();
    int size = -1;
    if (field.dataType().equals(SQLDataTypes.VectorType())) {
      size = AttributeGroup.fromStructField(field).size();
    }
    return size > 0 ? Shape.of(size) : shape;
  }

  /** The column, by its whole name. */
  public StructField field() {
    return path.field();
  }

  /** Its layers; none for a column that no layer has read. */
  public Graph graph() {
    return graph;
  }

  ColumnPath path() {
    return path;
  }

  /**
   * The number of values of each nominal number of the raw value, as its metadata tells; none if it
   * does not.
   */
  public List<Integer> idCounts() {
    return isJoined() ? List.of() : IdCounts.of(field());
  }

  /** Whether any layer reads the column. */
  public boolean hasLayers() {
    return !graph.nodes().isEmpty();
  }

  /** The type of a raw input within the column's value. */
  public DataType inputType(String input) {
    return inputField(input).dataType();
  }

  /** The places of a column, and of the fields of structs within it, that lead to a raw input. */
  public List<Integer> inputPlaces(String input) {
    List<Integer> places = new ArrayList<>(path.places());
    if (isJoined()) {
      places.add(((StructType) field().dataType()).fieldIndex(input));
    }
    return places;
  }

  /** The expression for a raw input. */
  public Column input(Dataset<?> rows, String input) {
    Column value = path.in(rows);
    return isJoined() ? value.getField(input) : value;
  }

  /** A raw input as a field of a struct. */
  private StructField inputField(String input) {
    StructField own = isJoined() ? ((StructType) field().dataType()).apply(input) : field();
    boolean nullable = field().nullable() || own.nullable();
    return new StructField(input, own.dataType(), nullable, own.metadata());
  }

  private boolean isJoined() {
    return graph.inputs().size() > 1;
  }

  /** The field of a column that carries a graph over the inputs of one or more columns. */
  static StructField joined(String name, Graph graph, List<SymbolicColumn> columns) {
    Map<String, SymbolicColumn> sources = sources(columns);
    SymbolicColumn first = columns.get(0);
    DataType type = first.inputType(graph.inputs().get(0).name());
    if (sources.size() > 1) {
      StructType struct = new StructType();
      for (Map.Entry<String, SymbolicColumn> source : sources.entrySet()) {
        struct = struct.add(source.getValue().inputField(source.getKey()));
      }
      type = struct;
    }
    Metadata metadata =
        new MetadataBuilder()
            .withMetadata(sources.size() > 1 ? Metadata.empty() : first.field().metadata())
            .putString(KEY, RecentGraphs.write(graph))
            .build();
    boolean nullable = sources.size() == 1 && first.field().nullable();
    return new StructField(name, type, nullable, metadata);
  }

  /** The expression for the value of {@link #joined}. */
  static Column value(Dataset<?> rows, List<SymbolicColumn> columns) {
    Map<String, SymbolicColumn> sources = sources(columns);
    SymbolicColumn first = columns.get(0);
    if (first.isJoined() && sources.size() == first.graph.inputs().size()) {
      return first.path.in(rows);
    }
    if (sources.size() == 1) {
      String input = sources.keySet().iterator().next();
      return sources.get(input).input(rows, input);
    }
    return functions.struct(
        sources.entrySet().stream()
            .map(source -> source.getValue().input(rows, source.getKey()).as(source.getKey()))
            .toArray(Column[]::new));
  }

  /** The raw inputs of some columns, each with a column that holds it. */
  private static Map<String, SymbolicColumn> sources(List<SymbolicColumn> columns) {
    Map<String, SymbolicColumn> sources = new LinkedHashMap<>();
    for (SymbolicColumn column : columns) {
      column.graph.inputs().forEach(input -> sources.putIfAbsent(input.name(), column));
    }
    return sources;
  }
}
