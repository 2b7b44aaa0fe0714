package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenIndexerTest {
  private static final StructType TOKENS = schema(field("tokens", "array<string>"));

  @TempDir Path folder;

  /** A row of words for each line. */
  private static Dataset<Row> lines(String... lines) {
    return table(
        TOKENS, Stream.of(lines).map(line -> row((Object) line.split(" "))).toArray(Row[]::new));
  }

  private static final String[] CORPUS = {"b a a b a", "c b", "d c zz", "b e"};

  private static TokenIndexerModel fitted() {
    return new TokenIndexer().fit(lines(CORPUS));
  }

  private static List<List<Integer>> ids(TokenIndexerModel model, Dataset<Row> rows) {
    return model.transform(rows).select("features").collectAsList().stream()
        .map(row -> row.isNullAt(0) ? null : row.<Integer>getList(0))
        .toList();
  }

  @Test
  void ordersWordsByFrequencyAndThenByLetters() {
    assertArrayEquals(
        new String[] {"", "[UNK]", "b", "a", "c", "d", "e", "zz"}, fitted().vocabulary());
  }

  @Test
  void writesIdsInTheOrderOfTheWords() {
    assertEquals(
        List.of(List.of(2, 3, 3, 2, 3), List.of(1, 7, 1)),
        ids(fitted(), lines("b a a b a", "new zz ZZ")));
  }

  @Test
  void theColumnOfIdsHoldsIntegersThatAreNeverNull() {
    StructType expected = TOKENS.add(field("features", "array<int>"));
    TokenIndexerModel model = fitted();
    String type = "array<int>";
    assertEquals(type, model.transformSchema(TOKENS).apply("features").dataType().simpleString());
    assertArrayEquals(
        expected.fieldNames(), new TokenIndexer().transformSchema(TOKENS).fieldNames());
    assertEquals(
        model.transformSchema(TOKENS).apply("features"),
        model.transform(lines("a")).schema().apply("features"));
  }

  @Test
  void nullWordsAreUnknownAndNullRowsStayNull() {
    Dataset<Row> rows =
        table(
            TOKENS,
            row((Object) new String[] {null, "a"}),
            row((Object) null),
            row((Object) new String[0]));
    assertEquals(Arrays.asList(List.of(1, 3), null, List.of()), ids(fitted(), rows));
    assertArrayEquals(new String[] {"", "[UNK]", "a"}, new TokenIndexer().fit(rows).vocabulary());
  }

  @Test
  void theWordsOfPaddingAndOfUnknownWordsAreUnknownInText() {
    Dataset<Row> rows = table(TOKENS, row((Object) new String[] {"", "[UNK]", "x", ""}));
    TokenIndexerModel model = new TokenIndexer().fit(rows);
    assertArrayEquals(new String[] {"", "[UNK]", "x"}, model.vocabulary());
    assertEquals(List.of(List.of(1, 1, 2, 1)), ids(model, rows));
  }

  @Test
  void keepsAsManyIdsAsVocabSize() {
    TokenIndexerModel model = new TokenIndexer().setVocabSize(4).fit(lines(CORPUS));
    assertArrayEquals(new String[] {"", "[UNK]", "b", "a"}, model.vocabulary());
    assertEquals(List.of(List.of(2, 1)), ids(model, lines("b c")));
  }

  @ParameterizedTest
  @CsvSource({"1, 'b a c d e zz'", "2, 'b c'", "0.5, 'b c'", "0.51, 'b'", "0, 'b a c d e zz'"})
  void minDFCountsRowsOrTheirShare(double minDF, String expected) {
    TokenIndexerModel model = new TokenIndexer().setMinDF(minDF).fit(lines(CORPUS));
    assertEquals(" [UNK] " + expected, String.join(" ", model.vocabulary()));
  }

  @Test
  void maxLengthCutsRows() {
    TokenIndexerModel model = new TokenIndexer().setMaxLength(2).fit(lines(CORPUS));
    assertEquals(8, model.vocabulary().length);
    assertEquals(List.of(List.of(3, 2), List.of(2)), ids(model, lines("a b a", "b")));
    assertEquals(List.of(List.of(3, 2, 3)), ids(model.setMaxLength(3), lines("a b a b")));
  }

  @Test
  void idsTurnBackIntoWords() {
    TokenIndexerModel model = fitted();
    assertEquals(List.of("zz", "[UNK]", "", "b"), model.words(7, 1, 0, 2));
    for (int id : new int[] {-1, 8}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> model.words(id)).getMessage();
      assertEquals(model.uid() + ": ids are from 0 to 7; received " + id, message);
    }
  }

  @Test
  void wordsAreAColumnToJoinWith() {
    Dataset<Row> ids = table(schema(field("id", "int")), row(7), row(2));
    assertEquals(
        List.of(row(2, "b"), row(7, "zz")),
        ids.join(fitted().words(spark()), "id").orderBy("id").collectAsList());
  }

  @Test
  void aDotInAColumnsNameIsNoStruct() {
    StructType dotted = schema(field("a.b", "array<string>"));
    Dataset<Row> rows = table(dotted, row((Object) new String[] {"x"}));
    TokenIndexerModel model = new TokenIndexer().setInputCol("a.b").setOutputCol("c.d").fit(rows);
    assertEquals(List.of(2), model.transform(rows).select("`c.d`").first().getList(0));
  }

  @Test
  void manyRowsInManyPartitionsGiveTheSameVocabulary() {
    List<Row> rows = Collections.nCopies(200, row((Object) "b a a b a".split(" ")));
    Dataset<Row> all = table(TOKENS, rows).repartition(5).union(lines("c a"));
    assertArrayEquals(
        new String[] {"", "[UNK]", "a", "b", "c"}, new TokenIndexer().fit(all).vocabulary());
  }

  @Test
  void savedStagesComeBack() throws IOException {
    TokenIndexer stage = new TokenIndexer().setVocabSize(5).setMinDF(0.1).setMaxLength(3);
    stage.save(folder + "/stage");
    assertEquals(stage.explainParams(), TokenIndexer.load(folder + "/stage").explainParams());
    Dataset<Row> odd = table(TOKENS, row((Object) new String[] {"a\nb", "\"", "é", " "}));
    TokenIndexerModel model = new TokenIndexer().setMaxLength(3).fit(odd);
    model.save(folder + "/model");
    model.write().overwrite().save(folder + "/model");
    TokenIndexerModel loaded = TokenIndexerModel.load(folder + "/model");
    assertArrayEquals(model.vocabulary(), loaded.vocabulary());
    assertEquals(model.uid(), loaded.uid());
    assertEquals(model.explainParams(), loaded.explainParams());
    assertEquals(ids(model, odd), ids(loaded, odd));
  }

  @Test
  void worksInAPipelineBehindATokenizer() throws IOException {
    Dataset<Row> text = table(schema(field("text", "string")), row("The the cat"), row("a cat"));
    PipelineStage[] stages = {
      new Tokenizer().setInputCol("text").setOutputCol("tokens"), new TokenIndexer()
    };
    PipelineModel model = new Pipeline().setStages(stages).fit(text);
    model.write().overwrite().save(folder + "/pipeline");
    List<Row> expected = List.of(row(List.of(3, 3, 2)), row(List.of(4, 2)));
    for (PipelineModel each : List.of(model, PipelineModel.load(folder + "/pipeline"))) {
      assertEquals(
          expected.toString(),
          each.transform(text).select("features").collectAsList().stream()
              .map(found -> row(found.getList(0)))
              .toList()
              .toString());
    }
  }

  @Test
  void aCopyKeepsTheVocabulary() {
    TokenIndexerModel model = fitted();
    TokenIndexerModel copy = model.copy(new ParamMap().put(model.maxLength().w(1)));
    assertEquals(List.of(List.of(3)), ids(copy, lines("a b")));
    assertEquals(model.parent(), copy.parent());
    assertEquals(List.of(List.of(3, 2)), ids(model, lines("a b")));
  }

  @Test
  void refusesColumnsThatHoldNoWords() {
    TokenIndexer stage = new TokenIndexer();
    for (String type : List.of("string", "array<int>")) {
      assertEquals(
          stage.uid()
              + ": column 'tokens' must be of type array<string>; received "
              + type
              + ": split text into words, as Tokenizer and RegexTokenizer do",
          refusal(stage, table(schema(field("tokens", type)))));
    }
    assertTrue(
        refusal(stage.setInputCol("words"), lines("a")).contains("there is no column 'words'"));
    assertTrue(
        refusal(new TokenIndexer().setOutputCol("tokens"), lines("a"))
            .contains("column 'tokens' exists already"));
  }

  @Test
  void refusesAColumnWithTooFewWords() {
    TokenIndexer stage = new TokenIndexer().setMinDF(2);
    assertEquals(
        stage.uid()
            + ": column 'tokens' has no word in at least 2.0 rows: set a smaller minDF, or check"
            + " the column",
        refusal(stage, lines("a b", "c")));
    assertTrue(refusal(stage, table(TOKENS)).contains("has no word"));
  }

  private static String refusal(TokenIndexer stage, Dataset<Row> rows) {
    return assertThrows(IllegalArgumentException.class, () -> stage.fit(rows)).getMessage();
  }

  @Test
  void refusesValuesThatMakeNoSense() {
    TokenIndexer stage = new TokenIndexer();
    assertThrows(IllegalArgumentException.class, () -> stage.setVocabSize(2));
    assertThrows(IllegalArgumentException.class, () -> stage.setMinDF(-1));
    assertThrows(IllegalArgumentException.class, () -> stage.setMaxLength(0));
  }
}
