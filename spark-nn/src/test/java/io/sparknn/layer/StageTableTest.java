package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.LayerStage;
import io.sparknn.ml.param.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Test;

/**
 * The README's table of stages is what the stages are. To write it anew after a change: {@code
 * ./mvnw test -pl spark-nn -Dtest=StageTableTest -Dspark.nn.readme=write}.
 */
class StageTableTest {
  private static final Path README = Path.of("../README.md");
  private static final String START = "<!-- stages: written by StageTableTest -->\n";
  private static final String END = "<!-- end of stages -->\n";

  /** Params that the README describes once for all stages. */
  private static final Set<String> COMMON =
      Set.of(
          "inputCol",
          "inputCols",
          "outputCol",
          "name",
          "trainable",
          "l1",
          "l2",
          "maxNorm",
          "initialWeights");

  private static final Map<String, String> FAMILIES = new LinkedHashMap<>();

  static {
    FAMILIES.put("core", "fully connected, shape");
    FAMILIES.put("conv", "convolution");
    FAMILIES.put("pool", "pooling");
    FAMILIES.put("recurrent", "recurrent");
    FAMILIES.put("regularization", "dropout, noise");
    FAMILIES.put("norm", "normalisation");
    FAMILIES.put("embed", "embedding, positions");
    FAMILIES.put("attention", "attention");
    FAMILIES.put("merge", "merging columns");
    FAMILIES.put("block", "blocks of layers");
  }

  private static String table() {
    Map<String, TreeMap<String, String>> families = new LinkedHashMap<>();
    FAMILIES.keySet().forEach(family -> families.put(family, new TreeMap<>()));
    // The first case of a stage sets only what has no default.
    LayerCases.firstCases()
        .forEach(
            (stage, layer) -> {
              String family = layer.getClass().getPackageName().replaceAll(".*\\.", "");
              String name = stage.getClass().getSimpleName();
              families.get(family).putIfAbsent(name, options(stage));
            });
    StringBuilder table = new StringBuilder("| family | stage | options and their defaults |\n");
    table.append("| --- | --- | --- |\n");
    families.forEach(
        (family, stages) ->
            stages.forEach(
                (stage, options) ->
                    table.append(
                        "| %s | `%s` | %s |%n".formatted(FAMILIES.get(family), stage, options))));
    return table.toString();
  }

  private static String options(LayerStage<?> stage) {
    List<String> options = new ArrayList<>();
    for (Param<?> param : stage.params()) {
      if (!COMMON.contains(param.name())) {
        options.add("`" + param.name() + "`" + standard(stage, param));
      }
    }
    return String.join(", ", options);
  }

  private static String standard(LayerStage<?> stage, Param<?> param) {
    if (!stage.hasDefault(param)) {
      return "";
    }
    return " (" + Rule.show(stage.getDefault(param).get()).replaceAll("['\\[\\]]", "") + ")";
  }

  @Test
  void theReadmeListsAllStagesAndTheirOptions() throws IOException {
    String readme = Files.readString(README);
    int start = readme.indexOf(START) + START.length();
    int end = readme.indexOf(END);
    assertTrue(start >= START.length() && end >= start, "the README has no place for the table");
    String expected = readme.substring(0, start) + table() + readme.substring(end);
    if (System.getProperty("spark.nn.readme", "").equals("write")) {
      Files.writeString(README, expected);
    } else {
      assertTrue(
          readme.equals(expected),
          "the README's table of stages is not that of the code: see StageTableTest's comment");
    }
  }
}
