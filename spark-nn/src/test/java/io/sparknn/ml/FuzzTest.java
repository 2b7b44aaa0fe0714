package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.layer.block.TransformerEncoder;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.loss.RegressionLoss;
import io.sparknn.ml.Mutations.Format;
import io.sparknn.optim.OptimizerState;
import io.sparknn.optim.Solver;
import io.sparknn.spark.BadValueException;
import io.sparknn.spark.Checkpoints;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.TensorFile;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.EarlyStopping;
import io.sparknn.training.LocalGradientSource;
import io.sparknn.training.Recipe;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import io.sparknn.training.StepRule;
import io.sparknn.training.Trainer;
import io.sparknn.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of file that is read, damaged in many ways: it is refused by one sentence that names
 * it, or loads the same; where it has no checksum, it loads something that is as valid. No other
 * exception leaves the library, and no more memory is taken than the file's size explains.
 */
@Tag("fuzz")
class FuzzTest {

  /** How often each kind of file is damaged. */
  private static final int COUNT = Integer.getInteger("spark.nn.fuzz", 300);

  /** Kinds of which each load runs jobs of Spark are damaged less often. */
  private static final int COUNT_OF_JOBS = Math.max(20, COUNT / 20);

  /** Trees of JSON take some 50 bytes for one; buffers and messages have their sizes. */
  private static final long BYTES_PER_BYTE = 200;

  private static final long MORE_BYTES = 4 << 20;

  /** Spark's plans. */
  private static final long BYTES_OF_JOBS = 64 << 20;

  /** A few bytes can name the greatest number of layers that a network may have. */
  private static final long BYTES_OF_NETWORKS = 40 << 20;

  private static final Configuration CONF = new Configuration();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;

  /** Loads a damaged file's folder. */
  private interface Load {
    Object from(String path) throws IOException;
  }

  /** Looks at what was loaded. */
  private interface Check {
    void of(Object loaded);
  }

  /**
   * Damages a file again and again.
   *
   * @param path of which a message must tell one part
   */
  private static void fuzz(
      String kind,
      int count,
      long more,
      Path file,
      Format format,
      String path,
      Load load,
      Check check)
      throws IOException {
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 3; i++) {
      check.of(load.from(path));
    }
    Mutations mutations = new Mutations(kind.hashCode());
    int refused = 0;
    long greatest = 0;
    for (int i = 0; i < count; i++) {
      byte[] damaged = mutations.damage(whole, format);
      write(file, damaged);
      String about = kind + ", damage " + i;
      long before = allocated();
      try {
        Object loaded = load.from(path);
        greatest =
            Math.max(greatest, checkMemory(about, before, more + BYTES_PER_BYTE * damaged.length));
        check.of(loaded);
      } catch (IllegalArgumentException | IOException e) {
        greatest =
            Math.max(greatest, checkMemory(about, before, more + BYTES_PER_BYTE * damaged.length));
        checkSentence(about, e, file, path);
        refused++;
      } catch (UncheckedIOException e) {
        greatest =
            Math.max(greatest, checkMemory(about, before, more + BYTES_PER_BYTE * damaged.length));
        checkSentence(about, e, file, path);
        refused++;
      } catch (Throwable e) {
        throw new AssertionError(about + " ends in " + e, e);
      }
    }
    write(file, whole);
    System.out.printf(
        Locale.ROOT,
        "%-44s %,7d damaged, %,7d refused, %,9d bytes; at most %,10d bytes were allocated%n",
        kind,
        count,
        refused,
        whole.length,
        greatest);
    assertTrue(refused > 0, kind);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  private static long checkMemory(String about, long before, long limit) {
    long bytes = allocated() - before;
    assertTrue(bytes <= limit, () -> about + " takes " + bytes);
    return bytes;
  }

  private static void checkSentence(String about, Exception e, Path file, String path) {
    String message = String.valueOf(e.getMessage());
    boolean isNamed = message.contains(path) || message.contains(file.toString());
    assertTrue(isNamed, () -> about + " does not name the file: " + message);
    assertEquals(1, message.lines().count(), () -> about + ": " + message);
    assertFalse(
        message.contains("Exception") || message.length() > 1500,
        () -> about + " is no sentence: " + message);
  }

  private static Network network;
  private static ModelFiles model;

  @BeforeAll
  static void build() {
    Graph graph =
        Graph.input("x", Shape.of(4, 6))
            .then(
                "c",
                new Convolution(
                    6,
                    List.of(new Window(3, 1, 1, Padding.SAME)),
                    1,
                    ActivationFunction.LINEAR,
                    true,
                    Initializer.GLOROT_UNIFORM,
                    Initializer.ZEROS))
            .then("b", new BatchNormalization(0.9, 1e-3))
            .then(
                "t",
                new TransformerEncoder(
                    2,
                    2,
                    2,
                    4,
                    ActivationFunction.GELU,
                    0,
                    true,
                    false,
                    false,
                    true,
                    1e-6,
                    Initializer.GLOROT_UNIFORM,
                    Initializer.ZEROS))
            .then(
                "l",
                new LSTM(
                    3,
                    ActivationFunction.TANH,
                    ActivationFunction.SIGMOID,
                    true,
                    true,
                    true,
                    false,
                    0,
                    0,
                    Initializer.GLOROT_UNIFORM,
                    Initializer.GLOROT_UNIFORM,
                    Initializer.ZEROS))
            .then("f", new Flatten())
            .then("d", new Dense(2, ActivationFunction.LINEAR));
    network = new Network(graph.readable(), List.of(Shape.of(4, 6)));
    model = new ModelFiles(network, network.initialWeights(1), List.of("yes", "no"));
  }

  private Path save() throws IOException {
    Path path = folder.resolve("model");
    model.write(path.toString(), CONF);
    return path;
  }

  /** As a version without checksums wrote it. */
  private Path saveWithoutChecksums() throws IOException {
    Path path = save();
    Path json = path.resolve("network.json");
    ObjectNode tree = (ObjectNode) MAPPER.readTree(Files.readAllBytes(json));
    tree.remove("crc32c");
    write(json, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree));
    return path;
  }

  private static void isTheSame(Object loaded) {
    ModelFiles files = (ModelFiles) loaded;
    assertArrayEquals(model.weights(), files.weights());
    assertEquals(model.labels(), files.labels());
    assertEquals(GraphJson.write(network.graph()), GraphJson.write(files.network().graph()));
  }

  private static void isValid(Object loaded) {
    ModelFiles files = (ModelFiles) loaded;
    assertEquals(files.network().size(), files.weights().length);
    files.network().checkFinite(files.weights());
    assertTrue(files.network().summary().length() > 0);
  }

  @Test
  void networks() throws IOException {
    Path path = save();
    fuzz(
        "network.json",
        COUNT,
        MORE_BYTES,
        path.resolve("network.json"),
        Format.JSON,
        path.toString(),
        p -> ModelFiles.read(p, CONF),
        FuzzTest::isTheSame);
  }

  @Test
  void networksWithoutChecksum() throws IOException {
    Path path = saveWithoutChecksums();
    fuzz(
        "network.json without checksum",
        COUNT,
        BYTES_OF_NETWORKS,
        path.resolve("network.json"),
        Format.JSON,
        path.toString(),
        p -> ModelFiles.read(p, CONF),
        FuzzTest::isValid);
  }

  @Test
  void weights() throws IOException {
    Path path = save();
    fuzz(
        "weights.safetensors",
        COUNT,
        MORE_BYTES,
        path.resolve("weights.safetensors"),
        Format.SAFETENSORS,
        path.toString(),
        p -> ModelFiles.read(p, CONF),
        FuzzTest::isTheSame);
  }

  @Test
  void weightsWithoutChecksum() throws IOException {
    Path path = saveWithoutChecksums();
    fuzz(
        "weights.safetensors without checksum",
        COUNT,
        MORE_BYTES,
        path.resolve("weights.safetensors"),
        Format.SAFETENSORS,
        path.toString(),
        p -> ModelFiles.read(p, CONF),
        FuzzTest::isValid);
  }

  @Test
  void initialWeights() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    Map<String, Tensor> tensors = new TreeMap<>();
    tensors.put("kernel", new Tensor(new float[60], 0, Shape.of(6, 10)));
    tensors.put("bias", new Tensor(new float[10], 0, Shape.of(10)));
    TensorFile.write(file.toString(), tensors, CONF);
    fuzz(
        "initial weights",
        COUNT,
        MORE_BYTES,
        file,
        Format.SAFETENSORS,
        file.toString(),
        p -> TensorFile.read(p, tensors::containsKey, CONF),
        loaded ->
            ((Map<?, ?>) loaded)
                .forEach((name, values) -> ((Tensor) values).checkFinite(name.toString())));
  }

  private static final int ROWS = 20;
  private static final int EPOCHS = 3;

  private TrainingState newState(Trainer trainer) {
    return trainer.start(network.initialWeights(2));
  }

  @Test
  void checkpoints() throws IOException {
    BatchPlan plan = new BatchPlan(ROWS, 10, 5);
    Map<String, String> identity =
        Map.of(
            "network", GraphJson.write(network.graph()),
            "number of rows", "20",
            "batchSize", "10",
            "seed", "5",
            "solver", "adam",
            "loss", "squared");
    Checkpoints.Schedule schedule = new Checkpoints.Schedule(0, 0, 3);
    StepRule rule = new StepRule(() -> Solver.ADAM.create(0.9), 0.01);
    Trainer trainer = new Trainer(network, plan, rule, EPOCHS, new EarlyStopping(2, 0), List.of());
    TrainingState state = newState(trainer);
    trainer.train(
        state,
        new LocalGradientSource(
            network, new Recipe(plan, RegressionLoss.SQUARED.create()), List.of(List.of(rows()))));
    String path = folder.toString();
    new Checkpoints(path, CONF, identity, schedule, plan.iterations(), finding -> {}).write(state);
    OptimizerState expected = state.snapshot();
    Path file;
    try (Stream<Path> files = Files.walk(folder)) {
      file = files.filter(f -> f.toString().endsWith(".safetensors")).findFirst().orElseThrow();
    }
    fuzz(
        "checkpoint",
        COUNT,
        MORE_BYTES,
        file,
        Format.SAFETENSORS,
        path,
        p -> {
          TrainingState resumed = newState(trainer);
          Checkpoints checkpoints =
              new Checkpoints(p, CONF, identity, schedule, plan.iterations(), finding -> {});
          assertTrue(checkpoints.resume(resumed, EPOCHS));
          return resumed.snapshot();
        },
        loaded -> {
          OptimizerState snapshot = (OptimizerState) loaded;
          assertEquals(expected.numbers().keySet(), snapshot.numbers().keySet());
          expected
              .numbers()
              .forEach((name, numbers) -> assertArrayEquals(numbers, snapshot.numbers().get(name)));
          assertEquals(expected.arrays().keySet(), snapshot.arrays().keySet());
          expected
              .arrays()
              .forEach((name, values) -> assertArrayEquals(values, snapshot.arrays().get(name)));
        });
  }

  private static RowBlock rows() {
    float[] points = new float[24 * ROWS];
    float[] labels = new float[2 * ROWS];
    float[] weights = new float[ROWS];
    for (int i = 0; i < points.length; i++) {
      points[i] = (i * 31 % 17 - 8) / 8f;
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 3;
    }
    Arrays.fill(weights, 1);
    return new RowBlock(
        ROWS, new Values[] {Values.even(ROWS, points)}, Values.even(ROWS, labels), weights);
  }

  private static Path only(Path folder, String start) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(start))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void stages() throws IOException {
    io.sparknn.ml.layer.Dense dense =
        new io.sparknn.ml.layer.Dense().setUnits(7).setActivation("relu").setName("first");
    String path = folder.resolve("stage").toString();
    dense.write().session(spark()).save(path);
    Path file = only(Path.of(path, "metadata"), "part-");
    Load load = p -> LayerStage.<io.sparknn.ml.layer.Dense>read().session(spark()).load(p);
    fuzz(
        "metadata of a stage",
        COUNT_OF_JOBS,
        BYTES_OF_JOBS,
        file,
        Format.JSON,
        path,
        load,
        loaded ->
            assertEquals(
                dense.explainParams(), ((io.sparknn.ml.layer.Dense) loaded).explainParams()));
    ObjectNode tree = (ObjectNode) MAPPER.readTree(Files.readAllBytes(file));
    tree.remove("crc32c");
    write(file, MAPPER.writeValueAsBytes(tree));
    fuzz(
        "metadata of a stage without checksum",
        COUNT_OF_JOBS,
        BYTES_OF_JOBS,
        file,
        Format.JSON,
        path,
        load,
        loaded -> assertTrue(((io.sparknn.ml.layer.Dense) loaded).getUnits() > 0));
  }

  @Test
  void vocabularies() throws IOException {
    TokenIndexerModel indexer =
        new TokenIndexerModel("indexer", List.of("", "[UNK]", "the", "a", "cat", "sat"));
    String path = folder.resolve("indexer").toString();
    indexer.write().session(spark()).save(path);
    fuzz(
        "vocabulary",
        COUNT,
        BYTES_OF_JOBS,
        only(Path.of(path, "vocabulary"), "part-"),
        Format.BYTES,
        path,
        p -> TokenIndexerModel.read().session(spark()).load(p),
        loaded ->
            assertArrayEquals(indexer.vocabulary(), ((TokenIndexerModel) loaded).vocabulary()));
  }

  private static final String[] WORDS = {"", "[UNK]", "the", "cat"};

  private void wordVectors(String kind, String text) throws IOException {
    Path file = folder.resolve("vectors.txt");
    write(file, text.getBytes(StandardCharsets.UTF_8));
    fuzz(
        kind,
        COUNT_OF_JOBS,
        BYTES_OF_JOBS,
        file,
        Format.BYTES,
        file.toString(),
        p -> {
          try {
            return EmbeddingVectors.ofText(spark(), p, WORDS);
          } catch (IllegalArgumentException e) {
            // These tell the vocabulary, not the file.
            if (e.getMessage().contains("none of the 4 words of the vocabulary has a vector")) {
              throw new IllegalArgumentException(p);
            }
            throw e;
          }
        },
        loaded -> {
          EmbeddingVectors vectors = (EmbeddingVectors) loaded;
          for (int id = 0; id < vectors.size(); id++) {
            for (float value : vectors.vector(id)) {
              assertTrue(Float.isFinite(value));
            }
          }
        });
    fuzz(
        kind + ", lines",
        COUNT,
        MORE_BYTES,
        file,
        Format.BYTES,
        file.toString(),
        p -> {
          List<String> lines =
              Files.readString(Path.of(p), StandardCharsets.ISO_8859_1).lines().toList();
          try {
            VectorText format = VectorText.of(p, lines);
            return lines.stream().filter(format::isVector).map(format::parse).toList();
          } catch (BadValueException e) {
            throw new IllegalArgumentException(e.getMessage());
          }
        },
        loaded -> assertFalse(((List<?>) loaded).contains(null)));
  }

  @Test
  void gloveVectors() throws IOException {
    wordVectors("GloVe", "the 0.1 0.2 0.3\ncat -1 2e-3 4\n. . . 1 2 3\ndog 5 6 7\n");
  }

  @Test
  void word2vecVectors() throws IOException {
    wordVectors("word2vec", "3 3\nthe 0.1 0.2 0.3 \ncat -1 2e-3 4 \ndog 5 6 7 \n");
  }
}
