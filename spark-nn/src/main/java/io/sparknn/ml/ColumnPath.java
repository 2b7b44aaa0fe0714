package io.sparknn.ml;

import io.sparknn.spark.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.util.AttributeNameParser$;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Where a name leads in a schema: to a column, or to a field of the structs within one, as in
 * {@code user.features}. Names are the same or not as Spark's own stages take them, by {@code
 * spark.sql.caseSensitive}. A column whose own name has the dots comes before a field.
 *
 * @param names the column's and the fields' own names
 * @param places where each of them stands in its schema
 * @param field what was found, by its whole name; nullable if anything on the way to it is
 */
record ColumnPath(List<String> names, List<Integer> places, StructField field) {

  /**
   * Finds a name.
   *
   * @throws IllegalArgumentException if nothing has the name, or several columns have
   */
  static ColumnPath of(StructType schema, String name) {
    ColumnPath path = find(schema, List.of(name));
    if (path == null) {
      path = find(schema, parts(name));
    }
    if (path == null) {
      throw new IllegalArgumentException(
          "there is no column '%s'; the columns are %s"
              .formatted(name, String.join(", ", schema.fieldNames())));
    }
    return path;
  }

  /** The parts of a name as Spark reads it; the name itself where Spark cannot. */
  private static List<String> parts(String name) {
    try {
      return List.copyOf(
          CollectionConverters.asJava(AttributeNameParser$.MODULE$.parseAttributeName(name)));
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        return List.of(name);
      }
      throw e;
    }
  }

  /** Follows the parts of a name; null if it ends before them. */
  private static ColumnPath find(StructType schema, List<String> parts) {
    List<String> names = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    StructField field = null;
    boolean nullable = false;
    for (String part : parts) {
      if (field != null && !(field.dataType() instanceof StructType)) {
        return null;
      }
      StructType fields = field == null ? schema : (StructType) field.dataType();
      int place = place(fields, part);
      if (place < 0) {
        return null;
      }
      field = fields.apply(place);
      nullable |= field.nullable();
      names.add(field.name());
      places.add(place);
    }
    String name = String.join(".", names);
    StructField found = new StructField(name, field.dataType(), nullable, field.metadata());
    return new ColumnPath(names, places, found);
  }

  private static int place(StructType schema, String name) {
    String[] names = schema.fieldNames();
    int[] places =
        IntStream.range(0, names.length).filter(i -> Stages.isSameName(names[i], name)).toArray();
    if (places.length > 1) {
      throw new IllegalArgumentException(
          "the name '%s' may mean any of the columns %s: rename all but one%s"
              .formatted(
                  name,
                  IntStream.of(places).mapToObj(i -> names[i]).collect(Collectors.joining(", ")),
                  IntStream.of(places).mapToObj(i -> names[i]).distinct().count() > 1
                      ? ", or set spark.sql.caseSensitive to true"
                      : ""));
    }
    return places.length == 0 ? -1 : places[0];
  }

  /** The whole name. */
  String name() {
    return field.name();
  }

  /** The expression for the values. */
  Column in(Dataset<?> rows) {
    return rows.col(names.stream().map(Columns::quote).collect(Collectors.joining(".")));
  }
}
