package io.sparknn.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Add;
import io.sparknn.ml.layer.AveragePooling2D;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every param of every stage. A new stage is a line in {@link #stages}. */
class ParamsTest {

  @TempDir static Path folder;

  private static final Map<String, String> CHOICES =
      Map.of(
          "activation", "tanh",
          "padding", "same",
          "kernelInitializer", "ones",
          "biasInitializer", "ones",
          "solver", "sgd",
          "loss", "huber");

  static Stream<PipelineStage> stages() {
    return Stream.of(
        new Activation(),
        new Add(),
        new AveragePooling2D(),
        new BatchNormalization(),
        new Conv2D(),
        new Dense(),
        new Dropout(),
        new Flatten(),
        new MaxPooling2D(),
        new Reshape(),
        new NeuralNetworkClassifier(),
        new NeuralNetworkRegressor());
  }

  /** A value that is no param's default. */
  private static Object unusual(Param<?> param) {
    if (param instanceof IntParam) {
      return 7;
    } else if (param instanceof LongParam) {
      return 77L;
    } else if (param instanceof DoubleParam) {
      return 0.125;
    } else if (param instanceof BooleanParam) {
      return false;
    } else if (param instanceof IntArrayParam) {
      return new int[] {5, 6};
    } else if (param instanceof DoubleArrayParam) {
      return new double[] {0.25, 0.75};
    } else if (param instanceof StringArrayParam) {
      return new String[] {"left", "right"};
    }
    return CHOICES.getOrDefault(param.name(), "the " + param.name());
  }

  @SuppressWarnings("unchecked")
  private static <S extends PipelineStage> S makeUnusual(S stage) {
    for (Param<?> param : stage.params()) {
      stage.set((Param<Object>) param, unusual(param));
    }
    return stage;
  }

  private static void assertUnusual(PipelineStage stage) {
    for (Param<?> param : stage.params()) {
      assertTrue(stage.isSet(param), param.toString());
      assertDeepEquals(unusual(param), stage.getOrDefault(param), param);
    }
  }

  private static void assertDeepEquals(Object expected, Object actual, Param<?> param) {
    assertArrayEquals(new Object[] {expected}, new Object[] {actual}, param.toString());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyParamIsExplained(PipelineStage stage) {
    String explained = stage.explainParams();
    for (Param<?> param : stage.params()) {
      assertFalse(param.doc().isBlank(), param.toString());
      assertTrue(explained.contains(param.name() + ": " + param.doc()), explained);
    }
  }

  /** As Python, R and the XML of other tools expect of Spark's stages. */
  @ParameterizedTest
  @MethodSource("stages")
  void everyParamHasGetterAndFluentSetter(PipelineStage stage) {
    Set<String> methods =
        Stream.of(stage.getClass().getMethods()).map(m -> m.getName()).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    for (Param<?> param : stage.params()) {
      String name = Character.toUpperCase(param.name().charAt(0)) + param.name().substring(1);
      missing.addAll(Set.of("get" + name, "set" + name));
    }
    missing.removeAll(methods);
    assertEquals(Set.of(), missing);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void copyTakesExtraParamsAndLeavesTheOriginal(PipelineStage stage) {
    ParamMap extra = makeUnusual(stage.copy(ParamMap.empty())).extractParamMap();
    PipelineStage copied = stage.copy(extra);
    assertEquals(stage.uid(), copied.uid());
    assertUnusual(copied);
    for (Param<?> param : stage.params()) {
      assertFalse(stage.isSet(param), param.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("stages")
  void noDefaultIsUnusual(PipelineStage stage) {
    for (Param<?> param : stage.params()) {
      if (stage.hasDefault(param)) {
        assertNotEquals(unusual(param), stage.getDefault(param).get(), param.toString());
      }
    }
  }

  @Test
  void anUnfittedPipelineKeepsEveryParamOfEveryStage() throws Exception {
    Pipeline inner = new Pipeline();
    inner.setStages(stages().map(ParamsTest::makeUnusual).toArray(PipelineStage[]::new));
    Pipeline outer = new Pipeline().setStages(new PipelineStage[] {inner});
    outer.save(folder + "/unfitted");
    Pipeline loaded = (Pipeline) Pipeline.load(folder + "/unfitted").getStages()[0];
    assertEquals(inner.getStages().length, loaded.getStages().length);
    for (int i = 0; i < inner.getStages().length; i++) {
      assertEquals(inner.getStages()[i].getClass(), loaded.getStages()[i].getClass());
      assertEquals(inner.getStages()[i].uid(), loaded.getStages()[i].uid());
      assertUnusual(loaded.getStages()[i]);
    }
  }
}
