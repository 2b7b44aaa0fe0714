package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.mllib.linalg.VectorUDT;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each type that a network cannot read has its own advice. */
class UnreadableTypeTest {

  static Stream<Arguments> types() {
    return Stream.of(
        type("string", "is of type string", "StringIndexer", "Tokenizer", "TokenIndexer"),
        type("array<string>", "holds arrays of type string", "TokenIndexer"),
        type(new VectorUDT(), "old mllib vector", "MLUtils.convertVectorColumnsToML"),
        type(
            DataTypes.createArrayType(new VectorUDT()),
            "arrays of type old mllib vector",
            "MLUtils.convertVectorColumnsToML"),
        type(SQLDataTypes.MatrixType(), "matrix", "array<array<double>>"),
        type(DataTypes.createArrayType(SQLDataTypes.VectorType()), "vector_to_array"),
        type(
            ImageSchema.columnSchema(),
            "is of type image",
            "images are not read yet",
            "height x width x nChannels",
            "Reshape"),
        type("binary", "is of type binary", "bytes are not read yet", "UDF"),
        type("date", "is of type date", "datediff", "dayofweek"),
        type("timestamp", "is of type timestamp", "unix_timestamp"),
        type("timestamp_ntz", "unix_timestamp"),
        type("array<date>", "arrays of type date", "datediff"),
        type("interval day to second", "interval"),
        type("map<string,double>", "map<string,double>", "array of the values of known keys"),
        type("struct<a:double,b:int>", "name one of its fields (a, b)", "VectorAssembler"),
        type("array<struct<a:double>>", "take a field of the structs (a)"),
        type("void", "cast it"),
        type("variant", "variant", "by a cast or a UDF"));
  }

  private static Arguments type(String ddl, String... said) {
    return type(DataType.fromDDL(ddl), said);
  }

  private static Arguments type(DataType type, String... said) {
    return arguments(type, List.of(said));
  }

  @ParameterizedTest
  @MethodSource("types")
  void itsSentenceSaysWhatToDo(DataType type, List<String> said) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new ValueReader("x", type)).getMessage();
    assertTrue(message.startsWith("column 'x' "), message);
    assertTrue(message.contains("a network reads numbers, vectors and arrays of numbers"), message);
    for (String words : said) {
      assertTrue(message.contains(words), message);
    }
    boolean isText = said.contains("StringIndexer") || said.contains("TokenIndexer");
    assertEquals(isText, message.contains("Indexer"), message);
  }
}
