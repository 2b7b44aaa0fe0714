package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Small DataFrames to test with. */
final class Tables {

  static final DataType VECTOR = SQLDataTypes.VectorType();

  /** Columns {@code features} (a vector of unknown size) and {@code label}. */
  static final StructType LABELED =
      new StructType(new StructField[] {field("features", VECTOR), field("label", "double")});

  private Tables() {}

  static StructField field(String name, DataType type) {
    return new StructField(name, type, true, Metadata.empty());
  }

  /** A column of a type as SQL writes it. */
  static StructField field(String name, String type) {
    return field(name, DataType.fromDDL(type));
  }

  static StructField vectorOf(String name, int size) {
    return new AttributeGroup(name, size).toStructField();
  }

  static StructType schema(StructField... fields) {
    return new StructType(fields);
  }

  static Row row(Object... values) {
    return RowFactory.create(values);
  }

  static Row labeled(double label, double... features) {
    return row(Vectors.dense(features), label);
  }

  static Dataset<Row> table(StructType schema, List<Row> rows) {
    return spark().createDataFrame(rows, schema);
  }

  static Dataset<Row> table(StructType schema, Row... rows) {
    return table(schema, List.of(rows));
  }

  /** The rows in order, in partitions of the given sizes. */
  static Dataset<Row> partitioned(StructType schema, List<Row> rows, int... sizes) {
    List<List<Row>> partitions = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      partitions.add(new ArrayList<>(rows.subList(from, from + size)));
      from += size;
    }
    if (from != rows.size()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "sizes add up to %d, not %d", from, rows.size()));
    }
    return spark()
        .createDataFrame(
            JavaSparkContext.fromSparkContext(spark().sparkContext())
                .parallelize(partitions, sizes.length)
                .flatMap(List::iterator),
            schema);
  }

  /** Clouds of points around the corners of a cube, one for each class, by turns; as iris is. */
  static List<Row> clouds(int rows, int classes) {
    Random random = new Random(7);
    List<Row> result = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int label = i % classes;
      double[] point = new double[4];
      for (int k = 0; k < point.length; k++) {
        point[k] = ((label + 1) >> k & 1) + 0.2 * random.nextGaussian();
      }
      result.add(labeled(label, point));
    }
    return result;
  }

  /** Rows {@code y = 2 a - 3 b + 1}, with columns a, b (vectors of 2 and 1) and y. */
  static Dataset<Row> planes(int rows) {
    Random random = new Random(8);
    List<Row> result = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      result.add(row(Vectors.dense(a, 0.5), Vectors.dense(b), 2 * a - 3 * b + 1));
    }
    return table(schema(vectorOf("a", 2), vectorOf("b", 1), field("y", "double")), result);
  }
}
