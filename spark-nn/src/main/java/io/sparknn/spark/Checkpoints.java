package io.sparknn.spark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparknn.graph.SafeTensors;
import io.sparknn.graph.SafeTensors.Contents;
import io.sparknn.optim.OptimizerState;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.TrainingListener;
import io.sparknn.training.TrainingState;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States of a training in a folder on any Hadoop file system: one safetensors file each, which is
 * written aside and then renamed, so that none is ever half there.
 */
public final class Checkpoints implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d+)\\.safetensors");
  private static final String TRAINING = "training";
  private static final String NUMBERS = "numbers";
  private static final String EMPTY = "empty";
  private static final String CHECKSUM = "crc32c";
  private static final int BUFFER = 1 << 20;

  private final Path folder;
  private final FileSystem files;
  private final Map<String, String> training;
  private final Schedule schedule;
  private final int iterationsPerEpoch;
  private long lastIteration = -1;
  private long lastTime = System.nanoTime();

  /**
   * When to write a checkpoint, whatever comes first; one is always written at the end.
   *
   * @param iterations after so many; 0 for never
   * @param minutes after so many; 0 for never
   * @param kept how many of the last are kept
   */
  public record Schedule(int iterations, double minutes, int kept) {}

  /**
   * Checkpoints of one training.
   *
   * @param training what makes this training what it is, by name: a checkpoint of another one is
   *     refused
   * @throws IOException if the file system cannot be reached
   */
  public Checkpoints(
      String folder,
      Configuration conf,
      Map<String, String> training,
      Schedule schedule,
      int iterationsPerEpoch)
      throws IOException {
    this.folder = new Path(folder);
    this.files = this.folder.getFileSystem(conf);
    this.training = new TreeMap<>(training);
    this.schedule = schedule;
    this.iterationsPerEpoch = iterationsPerEpoch;
  }

  /**
   * Continues from the newest checkpoint that is whole and of this training, if there is one.
   *
   * @return whether there was
   * @throws IllegalArgumentException if there are checkpoints, but none that can be used
   */
  public boolean resume(TrainingState state) {
    List<Path> all;
    try {
      all = list();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the checkpoints in %s: %s".formatted(folder, e.getMessage()), e);
    }
    String refused = null;
    for (Path path : all) {
      try {
        state.restore(read(path));
        lastIteration = number(path);
        LOG.info(
            "resumes from {}: epoch {}, iteration {}",
            path,
            state.epoch() + 1,
            state.iteration() + 1);
        return true;
      } catch (IOException | IllegalArgumentException e) {
        LOG.warn("{} cannot be resumed from: {}", path, e.getMessage());
        refused = refused == null ? path.getName() + ": " + e.getMessage() : refused;
      }
    }
    if (refused != null) {
      throw new IllegalArgumentException(
          "none of the %d checkpoints in %s can be resumed from (%s): name another checkpointDir, or switch resume off to begin anew"
              .formatted(all.size(), folder, refused));
    }
    LOG.info("there is no checkpoint in {} yet: begins anew", folder);
    return false;
  }

  /** All checkpoints, the newest first. */
  private List<Path> list() throws IOException {
    List<Path> paths = new ArrayList<>();
    try {
      for (FileStatus file : files.listStatus(folder)) {
        if (NAME.matcher(file.getPath().getName()).matches()) {
          paths.add(file.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    paths.sort(Comparator.comparingLong(Checkpoints::number).reversed());
    return paths;
  }

  private static long number(Path path) {
    Matcher matcher = NAME.matcher(path.getName());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private OptimizerState read(Path path) throws IOException {
    Contents contents;
    try (InputStream in = new BufferedInputStream(files.open(path), BUFFER)) {
      contents = SafeTensors.readContents(in);
    }
    Map<String, String> texts = contents.metadata();
    for (String name : List.of(TRAINING, NUMBERS, EMPTY, CHECKSUM)) {
      if (!texts.containsKey(name)) {
        throw new IOException("it is no checkpoint of spark-nn: it has no text '" + name + "'");
      }
    }
    Map<String, float[]> arrays = new HashMap<>();
    contents.tensors().forEach((name, tensor) -> arrays.put(name, tensor.data()));
    String numbers = texts.get(NUMBERS);
    if (!texts.get(CHECKSUM).equals(checksum(numbers, new TreeMap<>(arrays)))) {
      throw new IOException("it is damaged: its checksum does not match");
    }
    Map<String, String> other =
        MAPPER.readValue(texts.get(TRAINING), new TypeReference<TreeMap<String, String>>() {});
    for (Map.Entry<String, String> own : training.entrySet()) {
      String theirs = other.get(own.getKey());
      if (!own.getValue().equals(theirs)) {
        throw new IOException(
            "it is of another training, whose %s is %s where this one's is %s"
                .formatted(own.getKey(), theirs, own.getValue()));
      }
    }
    for (String name : MAPPER.readValue(texts.get(EMPTY), String[].class)) {
      arrays.put(name, new float[0]);
    }
    return new OptimizerState(
        MAPPER.readValue(numbers, new TypeReference<Map<String, double[]>>() {}), arrays);
  }

  @Override
  public void onState(TrainingState state) {
    long iteration = iteration(state);
    double minutes = (System.nanoTime() - lastTime) / 60e9;
    boolean isDue =
        (schedule.iterations > 0
                && iteration / schedule.iterations > lastIteration / schedule.iterations)
            || (schedule.minutes > 0 && minutes >= schedule.minutes);
    if (isDue) {
      write(state);
    }
  }

  /** Writes a state that is not there yet, and deletes old ones. */
  public void write(TrainingState state) {
    long iteration = iteration(state);
    if (iteration == lastIteration) {
      return;
    }
    lastIteration = iteration;
    lastTime = System.nanoTime();
    Path path = new Path(folder, "checkpoint-%010d.safetensors".formatted(iteration));
    Path aside = new Path(folder, "." + path.getName() + ".tmp");
    try {
      try (OutputStream out = new BufferedOutputStream(files.create(aside, true), BUFFER)) {
        SafeTensors.write(contents(state.snapshot()), out);
      }
      files.delete(path, false);
      if (!files.rename(aside, path)) {
        throw new IOException("%s could not be renamed to %s".formatted(aside, path.getName()));
      }
      List<Path> all = list();
      for (Path old : all.subList(Math.min(schedule.kept, all.size()), all.size())) {
        files.delete(old, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write a checkpoint into %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private long iteration(TrainingState state) {
    return (long) state.epoch() * iterationsPerEpoch + state.iteration();
  }

  private Contents contents(OptimizerState state) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, float[]> arrays = new TreeMap<>(state.arrays());
    String[] empty =
        arrays.entrySet().stream()
            .filter(entry -> entry.getValue().length == 0)
            .map(Map.Entry::getKey)
            .toArray(String[]::new);
    Arrays.asList(empty).forEach(arrays::remove);
    arrays.forEach(
        (name, values) -> tensors.put(name, new Tensor(values, 0, Shape.of(values.length))));
    Map<String, String> texts = new TreeMap<>();
    String numbers = MAPPER.writeValueAsString(new TreeMap<>(state.numbers()));
    texts.put(TRAINING, MAPPER.writeValueAsString(training));
    texts.put(NUMBERS, numbers);
    texts.put(EMPTY, MAPPER.writeValueAsString(empty));
    texts.put(CHECKSUM, checksum(numbers, arrays));
    return new Contents(tensors, texts);
  }

  private static String checksum(String numbers, Map<String, float[]> arrays) {
    CRC32C checksum = new CRC32C();
    checksum.update(numbers.getBytes(StandardCharsets.UTF_8));
    ByteBuffer chunk = ByteBuffer.allocate(BUFFER);
    arrays.forEach(
        (name, values) -> {
          for (int from = 0; from < values.length; from += BUFFER / Float.BYTES) {
            int count = Math.min(BUFFER / Float.BYTES, values.length - from);
            chunk.clear().asFloatBuffer().put(values, from, count);
            checksum.update(chunk.limit(count * Float.BYTES));
          }
        });
    return Long.toHexString(checksum.getValue());
  }
}
