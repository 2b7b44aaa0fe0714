package io.sparknn.ml;

import io.sparknn.ml.param.Rule;
import io.sparknn.spark.BadValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What stages have in common. */
final class Stages {
  private Stages() {}

  /** Runs something, and puts the stage's name before the message of what it throws. */
  static <T> T explain(Identifiable stage, Supplier<T> work) {
    return explain(stage.uid(), work);
  }

  /** Runs something, and puts what it was about before the message of what it throws. */
  static <T> T explain(String subject, Supplier<T> work) {
    try {
      return work.get();
    } catch (Exception e) {
      // Spark wraps what a task throws.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IllegalArgumentException || cause instanceof BadValueException) {
          throw new IllegalArgumentException(subject + ": " + cause.getMessage(), e);
        }
      }
      throw e;
    }
  }

  /** A param's line of {@code explainParams}: Spark's own does not show what is in an array. */
  static String explainParam(Params stage, Param<?> param) {
    List<String> values = new ArrayList<>();
    if (stage.hasDefault(param)) {
      values.add("default: " + Rule.show(stage.getDefault(param).get()));
    }
    if (stage.isSet(param)) {
      values.add("current: " + Rule.show(stage.get(param).get()));
    }
    String state = values.isEmpty() ? "undefined" : String.join(", ", values);
    return "%s: %s (%s)".formatted(param.name(), param.doc(), state);
  }

  /**
   * A column's field.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  static StructField field(StructType schema, String name) {
    return ColumnPath.of(schema, name).field();
  }

  /** Whether Spark takes both for the same column: it ignores case unless told otherwise. */
  static boolean isSameName(String a, String b) {
    return SQLConf.get().caseSensitiveAnalysis() ? a.equals(b) : a.equalsIgnoreCase(b);
  }

  /**
   * A schema with more columns.
   *
   * @throws IllegalArgumentException if one exists already
   */
  static StructType append(StructType schema, List<StructField> fields) {
    StructType result = schema;
    for (StructField field : fields) {
      if (Stream.of(result.fieldNames()).anyMatch(name -> isSameName(name, field.name()))) {
        throw new IllegalArgumentException(
            "column '%s' exists already: drop or rename it, or set another output column"
                .formatted(field.name()));
      }
      result = result.add(field);
    }
    return result;
  }
}
