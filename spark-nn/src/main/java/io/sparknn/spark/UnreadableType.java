package io.sparknn.spark;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.mllib.linalg.VectorUDT;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** What to do about a column of a type that a network cannot read. */
final class UnreadableType {

  private static final DataType IMAGE = ImageSchema.columnSchema();

  private UnreadableType() {}

  /** What is in the column, and how to turn it into numbers: a sentence but for its subject. */
  static String explain(DataType type) {
    return "%s; a network reads numbers, vectors and arrays of numbers: %s"
        .formatted(what(type), advice(type));
  }

  private static String what(DataType type) {
    DataType element = element(type);
    String name = isImage(element) ? "image" : element.simpleString();
    if (element instanceof VectorUDT) {
      name = "old mllib vector";
    } else if (isOldMatrix(element)) {
      name = "old mllib matrix";
    }
    return (element.equals(type) ? "is of type " : "holds arrays of type ") + name;
  }

  /** What an array of any depth holds. */
  private static DataType element(DataType type) {
    return type instanceof ArrayType array ? element(array.elementType()) : type;
  }

  private static boolean isImage(DataType type) {
    return type instanceof StructType struct
        && Arrays.equals(struct.fieldNames(), ((StructType) IMAGE).fieldNames());
  }

  private static boolean isOldMatrix(DataType type) {
    return type.getClass().getName().equals("org.apache.spark.mllib.linalg.MatrixUDT");
  }

  private static String advice(DataType type) {
    DataType element = element(type);
    if (element instanceof StringType) {
      return "index categories with StringIndexer; split text into words with Tokenizer, and index them with TokenIndexer";
    } else if (element instanceof VectorUDT) {
      return "convert it with MLUtils.convertVectorColumnsToML";
    } else if (isOldMatrix(element)) {
      return "convert it with MLUtils.convertMatrixColumnsToML, and turn that into an array<array<double>>, by a UDF";
    } else if (element.equals(SQLDataTypes.MatrixType())) {
      return "turn it into an array<array<double>>, by a UDF";
    } else if (element.equals(SQLDataTypes.VectorType())) {
      return "turn the vectors into arrays, as transform and vector_to_array do, which makes an array<array<double>>";
    } else if (isImage(element)) {
      return "images are not read yet, so turn the bytes of the field data into an array or a vector of height x width x nChannels numbers, by a UDF, and put a Reshape to these three before the first layer";
    } else if (element instanceof BinaryType) {
      return "bytes are not read yet, so decode them into an array or a vector of numbers, by a UDF";
    } else if (isTime(element)) {
      return "turn it into numbers, as unix_timestamp, datediff, year, month, dayofweek and hour do";
    } else if (element instanceof MapType) {
      return "turn it into an array of the values of known keys, as array(m['a'], m['b']) does";
    } else if (element instanceof StructType struct && element.equals(type)) {
      return "name one of its fields (%s) after a dot, or join them with VectorAssembler"
          .formatted(names(struct));
    } else if (element instanceof StructType struct) {
      return "take a field of the structs (%s), as transform does".formatted(names(struct));
    } else if (element instanceof NullType) {
      return "cast it to what it should be";
    }
    return "turn it into one of these, by a cast or a UDF";
  }

  private static boolean isTime(DataType type) {
    return List.of(
            DateType.class,
            TimestampType.class,
            TimestampNTZType.class,
            CalendarIntervalType.class,
            DayTimeIntervalType.class,
            YearMonthIntervalType.class)
        .stream()
        .anyMatch(time -> time.isInstance(type));
  }

  private static String names(StructType struct) {
    return String.join(
        ", ", Arrays.stream(struct.fields()).map(StructField::name).toArray(String[]::new));
  }
}
