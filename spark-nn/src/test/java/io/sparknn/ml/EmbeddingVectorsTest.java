package io.sparknn.ml;

import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.spark.TensorFile;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.feature.Word2Vec;
import org.apache.spark.ml.feature.Word2VecModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingVectorsTest {
  private static final String[] VOCABULARY = {"", "[UNK]", "the", "cat", "sat"};

  @TempDir Path folder;

  private static Dataset<Row> words() {
    return table(
        schema(field("w", "string"), field("v.x", VECTOR)),
        row("sat", Vectors.dense(1, 2, 3)),
        row("dog", Vectors.dense(7, 8, 9)),
        row("the", Vectors.sparse(3, new int[] {1}, new double[] {5})));
  }

  private EmbeddingVectors ofText(String text, String... vocabulary) throws IOException {
    Path file = Files.writeString(folder.resolve("vectors.txt"), text);
    return EmbeddingVectors.ofText(spark(), file.toString(), vocabulary);
  }

  private String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ofText(text, VOCABULARY))
        .getMessage();
  }

  private static float[] floats(float... values) {
    return values;
  }

  @Test
  void vectorsStandAtTheIdsOfTheirWords() {
    EmbeddingVectors vectors = EmbeddingVectors.of(words(), "w", "v.x", VOCABULARY);
    assertEquals(5, vectors.size());
    assertEquals(3, vectors.dimension());
    assertArrayEquals(floats(0, 5, 0), vectors.vector(2));
    assertArrayEquals(floats(1, 2, 3), vectors.vector(4));
    assertEquals(2 / 3.0, vectors.coverage(), 1e-9);
  }

  @Test
  void arraysAreVectorsToo() {
    for (String type : List.of("array<float>", "array<double>", "array<int>")) {
      Dataset<Row> rows =
          table(
              schema(field("w", "string"), field("v", "array<double>")),
              row("cat", new double[] {1, 2}));
      Dataset<Row> cast = rows.withColumn("v", rows.col("v").cast(type));
      assertArrayEquals(
          floats(1, 2), EmbeddingVectors.of(cast, "w", "v", VOCABULARY).vector(3), type);
    }
  }

  @Test
  void paddingIsZeroAndOtherMissingWordsAreAsFarApartAsTheVectors() {
    List<Row> rows = new ArrayList<>();
    List<String> vocabulary = new ArrayList<>(List.of("", "[UNK]"));
    for (int i = 0; i < 100; i++) {
      rows.add(row("known" + i, Vectors.dense(2, 4, 2, 4)));
      vocabulary.addAll(List.of("known" + i, "missing" + i));
    }
    Dataset<Row> table = table(schema(field("w", "string"), field("v", VECTOR)), rows);
    String[] words = vocabulary.toArray(String[]::new);
    EmbeddingVectors vectors = EmbeddingVectors.of(table, "w", "v", words);
    assertEquals(0.5, vectors.coverage());
    assertArrayEquals(new float[4], vectors.vector(0));
    double squares = 0;
    double sum = 0;
    int n = 0;
    for (int id = 1; id < vectors.size(); id++) {
      if (!vocabulary.get(id).startsWith("known")) {
        for (float value : vectors.vector(id)) {
          sum += value;
          squares += value * value;
          n++;
        }
      }
    }
    assertEquals(404, n);
    assertEquals(0, sum / n, 0.15);
    assertEquals(1, squares / n, 0.2);
    EmbeddingVectors again = EmbeddingVectors.of(table, "w", "v", words);
    assertArrayEquals(vectors.vector(1), again.vector(1), "the same each time");
  }

  @Test
  void aWord2VecModelTells() {
    List<Row> sentences = Collections.nCopies(20, row((Object) "the cat sat".split(" ")));
    Word2VecModel model =
        new Word2Vec()
            .setInputCol("t")
            .setVectorSize(4)
            .setSeed(1)
            .fit(table(schema(field("t", "array<string>")), sentences));
    EmbeddingVectors vectors = EmbeddingVectors.of(model, VOCABULARY);
    assertEquals(1, vectors.coverage());
    for (Row row : model.getVectors().collectAsList()) {
      int id = List.of(VOCABULARY).indexOf(row.getString(0));
      Vector expected = row.getAs(1);
      for (int i = 0; i < 4; i++) {
        assertEquals((float) expected.apply(i), vectors.vector(id)[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sat 1 2 -3e-1\nthe 4 5 6\n",
        "2 3\nsat 1 2 -3e-1\nthe 4 5 6",
        "2 3 \r\nsat 1 2 -3e-1 \r\nthe\t4\t5\t6\r\n\r\n",
        "sat 1 2 -3e-1\n. . . 7 8 9\nat a@b.org 7 8 9\nthe 4 5 6\n"
      })
  void textOfGloveAndWord2VecIsRead(String text) throws IOException {
    EmbeddingVectors vectors = ofText(text, VOCABULARY);
    assertEquals(3, vectors.dimension());
    assertArrayEquals(floats(1, 2, -0.3f), vectors.vector(4));
    assertArrayEquals(floats(4, 5, 6), vectors.vector(2));
  }

  @Test
  void wordsMayHaveSpaces() throws IOException {
    EmbeddingVectors vectors = ofText("a 1 2\n. . . 3 4\né\u00a0b 5 6", ". . .", "é\u00a0b");
    assertArrayEquals(floats(3, 4), vectors.vector(0));
    assertArrayEquals(floats(5, 6), vectors.vector(1));
  }

  @Test
  void theFirstOfSeveralVectorsOfAWordIsTaken() throws IOException {
    assertArrayEquals(floats(1, 2), ofText("cat 1 2\nthe 5 6\ncat 3 4", VOCABULARY).vector(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the 1 2",
        "the 1 2 x",
        "the 1 2 nan",
        "the 1 2 3 4",
        "1 2 3",
        "the 1 2 1e99",
        "the"
      })
  void aBadLineIsNamed(String bad) {
    String good = "dog 1 2 3\n".repeat(40);
    assertEquals(
        "EmbeddingVectors: line 42 of %s must hold a word and 3 numbers, separated by spaces; received '%s'"
            .formatted(folder.resolve("vectors.txt"), bad),
        refusal("1 3\n" + good + bad + "\n" + good + bad));
  }

  @Test
  void aLongBadLineIsCut() {
    String message = refusal("dog" + " 1".repeat(50) + "\nthe" + " 1".repeat(49));
    assertTrue(message.contains("line 2 of "), message);
    assertTrue(message.endsWith("received 'the" + " 1".repeat(28) + " ...'"), message);
  }

  @Test
  void vectorsOfOtherWordsAreRefused() {
    String expected =
        "EmbeddingVectors: none of the 5 words of the vocabulary has a vector: check how both are"
            + " written, as in small letters";
    assertEquals(expected, refusal("THE 1 2"));
    assertEquals(expected, refusal(""));
  }

  @Test
  void rowsThatHoldNoVectorAreRefused() {
    var columns = schema(field("w", "string"), field("v", "array<double>"));
    Row good = row("the", new double[] {1, 2});
    Map<Row, String> bad =
        Map.of(
            row(null, new double[] {1, 2}), "column 'w' has a null",
            row("cat", null), "column 'vector' has a null",
            row("cat", new double[] {1}), "length 1 where 2 is expected",
            row("cat", new double[] {1, Double.NaN}), "NaN");
    bad.forEach(
        (row, said) -> {
          String message =
              assertThrows(
                      IllegalArgumentException.class,
                      () -> EmbeddingVectors.of(table(columns, good, row), "w", "v", VOCABULARY))
                  .getMessage();
          assertTrue(message.startsWith("EmbeddingVectors: "), message);
          assertTrue(message.contains(said), message);
        });
  }

  @Test
  void theFileHoldsOneTensor() throws IOException {
    String path = folder.resolve("deep/vectors.safetensors").toString();
    EmbeddingVectors vectors = EmbeddingVectors.of(words(), "w", "v.x", VOCABULARY);
    vectors.write(path);
    vectors.write(path);
    Map<String, Tensor> tensors = TensorFile.read(path, name -> true, new Configuration());
    assertEquals(List.of("embeddings"), List.copyOf(tensors.keySet()));
    Tensor table = tensors.get("embeddings");
    assertEquals(Shape.of(5, 3), table.shape());
    for (int id = 0; id < 5; id++) {
      Tensor row = table.row(id);
      for (int i = 0; i < 3; i++) {
        assertEquals(vectors.vector(id)[i], row.data()[row.offset() + i]);
      }
    }
  }

  @Test
  void aTableComesBackAsADataFrame() {
    Tensor table = new Tensor(new float[] {0, 1, 2, 3, 4, 5, 6, 0}, 1, Shape.of(3, 2));
    Dataset<Row> rows = EmbeddingVectors.toDataFrame(spark(), table);
    assertEquals(
        List.of(
            row(0, Vectors.dense(1, 2)), row(1, Vectors.dense(3, 4)), row(2, Vectors.dense(5, 6))),
        rows.orderBy("id").collectAsList());
    assertArrayEquals(new String[] {"id", "vector"}, rows.columns());
    EmbeddingVectors back =
        EmbeddingVectors.of(
            rows.join(TokenIndexerModel.words(spark(), List.of("a", "b", "c")), "id"),
            "word",
            "vector",
            "c",
            "a");
    assertArrayEquals(floats(5, 6), back.vector(0));
    assertArrayEquals(floats(1, 2), back.vector(1));
  }
}
