package io.sparknn.ml;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.sparknn.ml.layer.Conv1D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.Reshape;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the machine's language, its digits and its letters: names of files, what is saved and
 * what is said are the same.
 */
class LocaleTest {

  private static final Dataset<Row> ROWS = partitioned(LABELED, clouds(60, 2), 45, 15);

  private final Locale before = Locale.getDefault();
  private final Locale format = Locale.getDefault(Locale.Category.FORMAT);

  @TempDir private static Path root;
  private static List<String> expected;
  private static List<Row> scores;

  @TempDir private Path folder;

  @BeforeAll
  static void trainInNoLanguage() throws IOException {
    Locale before = Locale.getDefault();
    Locale format = Locale.getDefault(Locale.Category.FORMAT);
    try {
      Locale.setDefault(Locale.ROOT);
      expected = story(root);
      scores = scores(root);
    } finally {
      Locale.setDefault(before);
      Locale.setDefault(Locale.Category.FORMAT, format);
    }
  }

  @AfterEach
  void restore() {
    Locale.setDefault(before);
    Locale.setDefault(Locale.Category.FORMAT, format);
  }

  private static Pipeline pipeline(Path checkpoints) {
    NeuralNetworkClassifier head =
        new NeuralNetworkClassifier("head")
            .setMaxIter(3)
            .setBatchSize(100)
            .setSeed(1)
            .setStepSchedule("step(1, 0.5)")
            .setCheckpointDir(checkpoints.toUri().toString())
            .setCheckpointInterval(1)
            .setResume(true);
    PipelineStage[] stages = {
      new Reshape("reshape").setTargetShape(2, 2),
      new Conv1D("conv")
          .setFilters(3)
          .setKernelSize(2)
          .setKernelInitializer("truncated_normal(0, 0.25)"),
      new Flatten("flatten"),
      new Dense("dense").setUnits(1100).setActivation("relu").setTrainable(false),
      head
    };
    return new Pipeline("pipeline").setStages(stages);
  }

  /** All that a training says and writes but for times. */
  private static List<String> story(Path folder) throws IOException {
    PipelineModel model = pipeline(folder.resolve("checkpoints")).fit(ROWS);
    NeuralNetworkClassificationModel head =
        (NeuralNetworkClassificationModel) model.stages()[model.stages().length - 1];
    head.write().overwrite().save(folder.resolve("model").toUri().toString());
    List<String> story = new ArrayList<>();
    story.add(head.summary().network());
    story.addAll(head.summary().findings());
    story.add(head.summary().timeSplit().toString().replaceAll("[0-9]+", "#"));
    story.add(head.explainParams());
    for (PipelineStage stage : model.stages()) {
      story.add(stage.explainParams());
    }
    story.add(head.network().slots().toString());
    story.add(
        assertThrows(IllegalArgumentException.class, () -> new Dense("dense").setUnits(-12_345))
            .getMessage());
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      files.map(file -> file.getFileName().toString()).sorted().forEach(story::add);
    }
    story.add(Files.readString(networkFile(folder)));
    story.add(model.transform(ROWS).select("prediction").collectAsList().toString());
    return story;
  }

  private static List<Row> scores(Path folder) {
    return NeuralNetworkClassificationModel.load(folder.resolve("model").toUri().toString())
        .transform(ROWS)
        .select("rawPrediction")
        .collectAsList();
  }

  private static Path networkFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith("network.json")).findFirst().orElseThrow();
    }
  }

  /** What was written under one locale is read under others. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "th-TH-u-ca-buddhist-nu-thai", "tr-TR"})
  void everythingIsTheSameInEveryLocale(String language) throws IOException {
    Locale.setDefault(Locale.forLanguageTag(language));
    assertEquals(expected, story(folder.resolve("other")));
    assertEquals(scores, scores(root), "a model that was saved under another locale");
    // Goes on from the checkpoints of another locale.
    pipeline(root.resolve("checkpoints")).fit(ROWS);
    Locale.setDefault(Locale.ROOT);
    assertEquals(scores, scores(folder.resolve("other")));
  }

  /** Error Prone sees all else, and finds nothing wrong with what is printed. */
  @Test
  void whatIsPrintedHasALocale() {
    noClasses()
        .should()
        .callMethod(PrintStream.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintStream.class, "format", String.class, Object[].class)
        .check(new ClassFileImporter().importPackages("io.sparknn"));
  }
}
