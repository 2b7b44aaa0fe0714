package io.sparknn.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.sparknn.spark.LocalSpark;
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

/** What holds for every param of every stage. */
class ParamsTest {

  @TempDir static Path folder;

  private static final Map<String, String> CHOICES =
      Map.ofEntries(
          Map.entry("activation", "softsign"),
          Map.entry("recurrentActivation", "tanh"),
          Map.entry("padding", "same"),
          Map.entry("handleInvalid", "keep"),
          Map.entry("bidirectional", "sum"),
          Map.entry("interpolation", "bilinear"),
          Map.entry("scoreMode", "scaled_dot"),
          Map.entry("variant", "bottleneck"),
          Map.entry("shortcut", "padding"),
          Map.entry("solver", "sgd"),
          Map.entry("aggregationMode", "jobs"),
          Map.entry("gradientPrecision", "bfloat16"),
          Map.entry("intermediateStorageLevel", "DISK_ONLY"),
          Map.entry("predictionFormat", "indices"),
          Map.entry("stepSchedule", "cosine"),
          Map.entry("monitor", "metric"));

  /** All stages of layers, and the others. */
  static Stream<PipelineStage> stages() {
    Stream<PipelineStage> layers =
        new ClassFileImporter()
            .importPackages("io.sparknn.ml.layer").stream()
                .filter(type -> type.isAssignableTo(LayerStage.class))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(type -> newStage(type.reflect()));
    return Stream.concat(
        layers,
        Stream.of(new NeuralNetworkClassifier(), new NeuralNetworkRegressor(), new TokenIndexer()));
  }

  private static PipelineStage newStage(Class<?> type) {
    try {
      return (PipelineStage) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A value that is not the param's default. */
  private static Object unusual(PipelineStage stage, Param<?> param) {
    if (param instanceof IntParam) {
      return 7;
    } else if (param instanceof LongParam) {
      return 77L;
    } else if (param instanceof DoubleParam) {
      return 0.125;
    } else if (param instanceof BooleanParam) {
      return !(stage.hasDefault(param) && stage.getDefault(param).get().equals(true));
    } else if (param instanceof IntArrayParam) {
      return new int[] {5, 6};
    } else if (param instanceof DoubleArrayParam) {
      return new double[] {0.25, 0.75};
    } else if (param instanceof StringArrayParam) {
      return new String[] {"left", "right"};
    } else if (param.name().equals("loss")) {
      return stage instanceof NeuralNetworkClassifier ? "hinge" : "huber";
    } else if (param.name().endsWith("Initializer")) {
      return "normal(0, 3)";
    }
    return CHOICES.getOrDefault(param.name(), "the " + param.name());
  }

  @SuppressWarnings("unchecked")
  private static <S extends PipelineStage> S makeUnusual(S stage) {
    for (Param<?> param : stage.params()) {
      stage.set((Param<Object>) param, unusual(stage, param));
    }
    return stage;
  }

  private static void assertUnusual(PipelineStage stage) {
    for (Param<?> param : stage.params()) {
      assertTrue(stage.isSet(param), param.toString());
      assertDeepEquals(unusual(stage, param), stage.getOrDefault(param), param);
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
        assertNotEquals(unusual(stage, param), stage.getDefault(param).get(), param.toString());
      }
    }
  }

  @Test
  void anUnfittedPipelineKeepsEveryParamOfEveryStage() throws Exception {
    LocalSpark.spark();
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
