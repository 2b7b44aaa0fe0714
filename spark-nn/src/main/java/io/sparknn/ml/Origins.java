package io.sparknn.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Which column of the query each raw input was when its first layer read it, by Spark's expression
 * id. A graph knows raw inputs by name only, so this tells apart two columns that bore one name,
 * one after the other, when their layers are joined.
 */
final class Origins {

  private static final String KEY = "spark_nn_origins";

  private Origins() {}

  /**
   * Metadata with the origins of all raw inputs of some columns.
   *
   * @throws IllegalArgumentException if two inputs of one name are not the same column
   */
  static Metadata add(Metadata metadata, Dataset<?> rows, List<SymbolicColumn> columns) {
    Map<String, String> origins = new TreeMap<>();
    for (SymbolicColumn column : columns) {
      of(rows, column)
          .forEach(
              (input, origin) -> {
                String other = origins.putIfAbsent(input, origin);
                if (other != null && !other.equals(origin)) {
                  throw new IllegalArgumentException(
                      "the columns to join start from two different columns that were both named '%s': give one of them another name before its first layer"
                          .formatted(input));
                }
              });
    }
    MetadataBuilder nested = new MetadataBuilder();
    origins.forEach(nested::putString);
    return new MetadataBuilder().withMetadata(metadata).putMetadata(KEY, nested.build()).build();
  }

  /** A schema without origins, which differ from query to query. */
  static StructType remove(StructType schema) {
    StructField[] fields = schema.fields().clone();
    for (int i = 0; i < fields.length; i++) {
      Metadata metadata =
          new MetadataBuilder().withMetadata(fields[i].metadata()).remove(KEY).build();
      fields[i] =
          new StructField(fields[i].name(), fields[i].dataType(), fields[i].nullable(), metadata);
    }
    return new StructType(fields);
  }

  private static Map<String, String> of(Dataset<?> rows, SymbolicColumn column) {
    Map<String, String> origins = new TreeMap<>();
    List<String> names = column.path().names();
    Metadata metadata = column.field().metadata();
    if (metadata.contains(KEY)) {
      Metadata known = metadata.getMetadata(KEY);
      column.graph().inputs().stream()
          .filter(input -> known.contains(input.name()))
          .forEach(input -> origins.put(input.name(), known.getString(input.name())));
    } else if (!column.hasLayers()) {
      CollectionConverters.asJava(
              ((org.apache.spark.sql.classic.Dataset<?>) rows).queryExecution().analyzed().output())
          .stream()
          .filter(attribute -> attribute.name().equals(names.get(0)))
          .findFirst()
          .map(Attribute::exprId)
          .ifPresent(
              id -> {
                List<String> within = new ArrayList<>(names);
                within.set(0, id.id() + "@" + id.jvmId());
                origins.put(column.field().name(), String.join(".", within));
              });
    }
    return origins;
  }
}
