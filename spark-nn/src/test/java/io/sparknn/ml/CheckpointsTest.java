package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that goes on from a checkpoint ends at the bits of one that never stopped. */
class CheckpointsTest {

  /** Five iterations an epoch. */
  private static final Dataset<Row> ROWS = partitioned(LABELED, clouds(45, 3), 20, 25);

  @TempDir private Path folder;

  private NeuralNetworkClassifier head(int epochs) {
    return new NeuralNetworkClassifier().setMaxIter(epochs).setBatchSize(9).setSeed(5);
  }

  private NeuralNetworkClassifier saving(int epochs) {
    return head(epochs).setCheckpointDir(folder.toString()).setCheckpointInterval(3);
  }

  private static NeuralNetworkClassificationModel fit(NeuralNetworkClassifier head) {
    PipelineStage[] stages = {
      new Dense().setUnits(4).setActivation("tanh"), new Dropout().setRate(0.3), head
    };
    return (NeuralNetworkClassificationModel)
        new Pipeline().setStages(stages).fit(ROWS).stages()[2];
  }

  private static float[] weights(NeuralNetworkClassifier head) {
    return fit(head).files().weights();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private Path newest() throws IOException {
    return folder.resolve(names().get(names().size() - 1));
  }

  @Test
  void theLastOnesAreKept() throws IOException {
    fit(saving(4));
    assertEquals(
        List.of(
            "checkpoint-0000000015.safetensors",
            "checkpoint-0000000018.safetensors",
            "checkpoint-0000000020.safetensors"),
        names());
  }

  /** Their exchanges are at iterations 2, 4 and 5 of each epoch. */
  @Test
  void localStepsMayPassOverTheIntervalsEnd() throws IOException {
    fit(saving(2).setLocalSteps(2));
    assertEquals(
        List.of(
            "checkpoint-0000000007.safetensors",
            "checkpoint-0000000009.safetensors",
            "checkpoint-0000000010.safetensors"),
        names());
  }

  @Test
  void writingThemChangesNothing() {
    assertArrayEquals(weights(head(3)), weights(saving(3)), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "lamb", "lbfgs"})
  void trainingGoesOnFromTheMiddleOfAnEpoch(String solver) throws IOException {
    float[] expected = weights(head(4).setSolver(solver));
    fit(saving(4).setSolver(solver));
    Files.delete(newest());
    Files.delete(newest());
    NeuralNetworkClassificationModel resumed = fit(saving(4).setSolver(solver).setResume(true));
    assertArrayEquals(expected, resumed.files().weights(), 0);
    assertEquals(4, resumed.summary().epochs().size());
    assertEquals(5, resumed.summary().iterations().size());
  }

  @Test
  void scheduleAverageAndBestWeightsGoOn() throws IOException {
    float[] expected = weights(everything(head(6)));
    fit(everything(saving(6)));
    Files.delete(newest());
    Files.delete(newest());
    assertArrayEquals(expected, weights(everything(saving(6)).setResume(true)), 0);
  }

  private static NeuralNetworkClassifier everything(NeuralNetworkClassifier head) {
    return head.setStepSchedule("reduce_on_plateau(0.5, 0, 0.01)")
        .setWarmupEpochs(1)
        .setAveragingDecay(0.9)
        .setGlobalClipNorm(0.5)
        .setPatience(2);
  }

  @Test
  void anotherModeGoesOnToTheSameBits() throws IOException {
    float[] expected = weights(head(4));
    fit(saving(2).setAggregationMode("jobs"));
    assertArrayEquals(
        expected, weights(saving(4).setAggregationMode("barrier").setResume(true)), 0);
  }

  @Test
  void aTrainingThatIsDoneIsNotRepeated() {
    float[] expected = weights(saving(2));
    NeuralNetworkClassificationModel again = fit(saving(2).setResume(true));
    assertArrayEquals(expected, again.files().weights(), 0);
    assertEquals(0, again.summary().iterations().size());
  }

  @Test
  void withoutCheckpointsTrainingBeginsAnew() {
    assertArrayEquals(weights(head(2)), weights(saving(2).setResume(true)), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 300, -1, -40})
  void aDamagedOneIsPassedOverForTheOneBefore(int place) throws IOException {
    float[] expected = weights(saving(4));
    byte[] bytes = Files.readAllBytes(newest());
    if (place == 0) {
      bytes = new byte[0];
    } else {
      bytes[Math.floorMod(place, bytes.length)] ^= 0x10;
    }
    Files.write(newest(), bytes);
    assertArrayEquals(expected, weights(saving(4).setResume(true)), 0);
  }

  @Test
  void oneOfAnotherTrainingIsRefused() {
    fit(saving(1));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> fit(saving(1).setBatchSize(10).setResume(true)))
            .getMessage();
    assertTrue(
        message.contains(
            "it is of another training, whose batchSize is 9 where this one's is 10): name another"
                + " checkpointDir, or switch resume off to begin anew"),
        message);
  }

  @Test
  void resumeNeedsAFolder() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> fit(head(1).setResume(true)))
            .getMessage();
    assertTrue(message.endsWith("resume is on, but no checkpointDir says where from: set one"));
  }
}
