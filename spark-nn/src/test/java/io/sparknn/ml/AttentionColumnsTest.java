package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.schema;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparknn.graph.Graph.Node;
import io.sparknn.ml.layer.AdditiveAttention;
import io.sparknn.ml.layer.Attention;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.MultiHeadAttention;
import io.sparknn.ml.layer.TransformerDecoder;
import io.sparknn.ml.layer.TransformerEncoder;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention reads its queries, values and keys from the columns that it is told. */
class AttentionColumnsTest {
  private static final StructType SCHEMA = sequences();

  /** Columns of ragged sequences of 4, 4 and 6 features. */
  private static StructType sequences() {
    StructType schema =
        schema(
            field("features", "array<array<float>>"),
            field("b", "array<array<float>>"),
            field("c", "array<array<float>>"));
    for (String name : List.of("features", "b", "c")) {
      Dense dense = new Dense().setUnits(name.equals("c") ? 6 : 4).setInputCol(name);
      schema = dense.transformSchema(schema);
    }
    return schema;
  }

  private static List<String> columnsRead(LayerStage<?> stage) {
    String output = stage.getOutputCol();
    List<Node> nodes = SymbolicColumn.of(stage.transformSchema(SCHEMA), output).graph().nodes();
    return nodes.get(nodes.size() - 1).inputs().stream()
        .map(
            input ->
                nodes.stream()
                    .filter(node -> node.name().equals(input))
                    .findFirst()
                    .orElseThrow()
                    .inputs()
                    .get(0))
        .toList();
  }

  static Stream<Arguments> stages() {
    MultiHeadAttention heads = new MultiHeadAttention().setNumHeads(2).setKeyDim(3);
    TransformerDecoder decoder = new TransformerDecoder().setNumHeads(2).setFeedForwardSize(3);
    return Stream.of(
        arguments(new Attention(), List.of("features")),
        arguments(new AdditiveAttention().setValueCol("b"), List.of("features", "b")),
        arguments(new Attention().setValueCol("c").setKeyCol("b"), List.of("features", "c", "b")),
        arguments(
            new AdditiveAttention().setInputCol("b").setKeyCol("features"),
            List.of("b", "b", "features")),
        arguments(heads, List.of("features")),
        arguments(heads.copy(heads.extractParamMap()).setValueCol("c"), List.of("features", "c")),
        arguments(decoder, List.of("features")),
        arguments(
            decoder.copy(decoder.extractParamMap()).setEncoderCol("c"), List.of("features", "c")));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void readsItsColumns(LayerStage<?> stage, List<String> columns) {
    assertEquals(columns, columnsRead(stage));
    assertEquals(stage.inputColumns(), columns);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(new Attention().setValueCol("c"), "queries and keys of as many features"),
        arguments(new MultiHeadAttention().setNumHeads(2), "numHeads and keyDim must be set"),
        arguments(
            new TransformerEncoder().setNumHeads(3).setFeedForwardSize(2), "3 heads share evenly"),
        arguments(new TransformerDecoder(), "numHeads and feedForwardSize must be set"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void refusesMistakes(LayerStage<?> stage, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> stage.transformSchema(SCHEMA))
            .getMessage();
    assertTrue(message.startsWith(stage.uid()) && message.contains(part), message);
  }
}
