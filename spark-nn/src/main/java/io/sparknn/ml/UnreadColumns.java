package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.graph.Graph.Node;
import io.sparknn.spark.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Columns whose layers the training at hand does not read. Stages that make new values out of such
 * a column's, as VectorAssembler and StandardScaler do, take the raw ones, and lose the layers.
 *
 * @param schema all columns
 * @param features the column that is trained on
 */
record UnreadColumns(StructType schema, SymbolicColumn features) {

  private static final String REMEDY =
      "to train these layers, name that column and the others in featuresCols, or join them by Concatenate, and put stages that make new values before the first layer";

  /** One for each chain of layers that ends in a column. */
  List<Finding> findings() {
    Set<String> read = names(features.graph());
    List<SymbolicColumn> unread =
        Stream.of(schema.fields())
            .filter(SymbolicColumn::isAnnotated)
            .map(SymbolicColumn::of)
            .filter(column -> !read.containsAll(names(column.graph())))
            .toList();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < unread.size(); i++) {
      if (!isPartOfAnother(unread, i)) {
        findings.add(finding(unread.get(i), read));
      }
    }
    return findings;
  }

  /** Whether another column carries the same layers and more, or an earlier one the same. */
  private static boolean isPartOfAnother(List<SymbolicColumn> columns, int index) {
    Set<String> own = names(columns.get(index).graph());
    for (int i = 0; i < columns.size(); i++) {
      Set<String> others = names(columns.get(i).graph());
      boolean isMore = others.size() > own.size() || i < index;
      if (i != index && isMore && others.containsAll(own)) {
        return true;
      }
    }
    return false;
  }

  private Finding finding(SymbolicColumn column, Set<String> read) {
    String name = column.field().name();
    List<Node> all = column.graph().nodes();
    List<Node> readable = column.graph().readable().nodes();
    List<String> layers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (!read.contains(all.get(i).name())) {
        layers.add(readable.get(i).name());
      }
    }
    String list = String.join(", ", layers);
    if (isAssembled(name)) {
      return new Finding(
          true,
          "column '%s' was put together from the raw values of column '%s', whose layers (%s) are lost and not trained: %s"
              .formatted(features.field().name(), name, list, REMEDY));
    }
    return new Finding(
        !features.hasLayers(),
        "column '%s' carries layers (%s) that are not part of what is trained on column '%s'; unless another head reads them, %s"
            .formatted(name, list, features.field().name(), REMEDY));
  }

  /** Whether the trained column's metadata names elements as VectorAssembler calls a column's. */
  private boolean isAssembled(String column) {
    StructField field = features.field();
    if (!field.dataType().equals(SQLDataTypes.VectorType())) {
      return false;
    }
    Option<Attribute[]> attributes = AttributeGroup.fromStructField(field).attributes();
    return attributes.isDefined()
        && Stream.of(attributes.get())
            .filter(attribute -> attribute.name().isDefined())
            .map(attribute -> attribute.name().get())
            .filter(name -> !Set.of(schema.fieldNames()).contains(name) || name.equals(column))
            .anyMatch(name -> name.equals(column) || name.startsWith(column + "_"));
  }

  private static Set<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::name).collect(Collectors.toSet());
  }
}
