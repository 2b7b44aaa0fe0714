package io.sparknn.spark;

import io.sparknn.training.TrainingListener;
import io.sparknn.training.TrainingState;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States of a training in a folder on any Hadoop file system: one file each, which is written aside
 * and then renamed, so that none is ever half there. Every training has a folder of its own within
 * that which the user names, called by all that decides its result: trainings of one folder, as
 * those of a grid, never mix, nor delete one another's. One that cannot be written is a finding and
 * no failure.
 */
public final class Checkpoints implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})\\.safetensors");
  private static final int BUFFER = 1 << 20;

  /** Of so many other trainings is told in what they differ. */
  private static final int MAX_OTHERS = 100;

  private final Path shared;
  private final Path folder;
  private final FileSystem files;
  private final TrainingIdentity training;
  private final Schedule schedule;
  private final int iterationsPerEpoch;
  private final Consumer<Finding> findings;
  private final Deque<Path> kept = new ArrayDeque<>();
  private long lastTried = -1;
  private long lastWritten = -1;
  private long lastTime = System.nanoTime();
  private boolean hasFailed;

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
   * @param folder that trainings may share
   * @param training all that decides the result of this training, by name
   * @param findings are told what the user should know
   * @throws IOException if the file system cannot be reached
   */
  public Checkpoints(
      String folder,
      Configuration conf,
      Map<String, String> training,
      Schedule schedule,
      int iterationsPerEpoch,
      Consumer<Finding> findings)
      throws IOException {
    this.shared = new Path(folder);
    this.files = shared.getFileSystem(conf);
    this.training = new TrainingIdentity(training);
    this.folder = new Path(shared, this.training.name());
    this.schedule = schedule;
    this.iterationsPerEpoch = iterationsPerEpoch;
    this.findings = findings;
  }

  /**
   * Finds out whether a folder can be written to, before a training relies on it.
   *
   * @throws IllegalArgumentException if it cannot, with the reason
   */
  public static void probe(String folder, Configuration conf) {
    try {
      Path path = new Path(folder);
      FileSystem files = path.getFileSystem(conf);
      Path probe = new Path(path, ".probe-" + UUID.randomUUID());
      try (OutputStream out = files.create(probe, false)) {
        out.write(1);
      } finally {
        files.delete(probe, false);
      }
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "checkpointDir %s cannot be written to (%s): name a folder that can"
              .formatted(folder, StoredFile.sentence(e)),
          e);
    }
  }

  /**
   * Continues from the newest checkpoint that is whole and of this training, if there is one.
   *
   * @param epochs of this training: checkpoints of later epochs are passed over
   * @return whether there was
   * @throws IllegalArgumentException if there are checkpoints of this training, but none that can
   *     be used
   */
  public boolean resume(TrainingState state, int epochs) {
    long end = (long) epochs * iterationsPerEpoch;
    List<Path> own;
    List<Path> others;
    try {
      own = list(folder);
      others = others();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read the checkpoints in %s: %s".formatted(shared, StoredFile.sentence(e)), e);
    }
    String later = null;
    List<String> refused = new ArrayList<>();
    for (Path path : own) {
      if (number(path) > end) {
        later = path.getName();
      } else if (resume(state, path, refused)) {
        own.stream()
            .filter(old -> number(old) <= lastWritten)
            .sorted(Comparator.comparingLong(Checkpoints::number))
            .forEach(kept::add);
        return true;
      }
    }
    List<String> nearest = null;
    Path nearestPath = null;
    for (Path path : others) {
      try {
        TrainingIdentity other = CheckpointFile.identity(StoredFile.of(path, files));
        List<String> differences = training.differences(other);
        if (differences.isEmpty() && number(path) <= end && resume(state, path, refused)) {
          reportUnknown(path, other);
          return true;
        }
        if (differences.isEmpty()) {
          later = number(path) > end ? path.getName() : later;
        } else if (nearest == null || differences.size() < nearest.size()) {
          nearest = differences;
          nearestPath = path;
        }
      } catch (IOException | RuntimeException e) {
        LOG.warn("{} cannot be resumed from: {}", path, StoredFile.sentence(e));
      }
    }
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(
          "none of the %s checkpoints of this training in %s can be resumed from (%s): name another checkpointDir, or switch resume off to begin anew"
              .formatted(refused.size(), shared, refused.get(0)));
    }
    reportNone(later, nearest, nearestPath);
    return false;
  }

  private void reportUnknown(Path path, TrainingIdentity other) {
    List<String> unknown = training.unknown(other);
    if (!unknown.isEmpty()) {
      findings.accept(
          new Finding(
              true,
              "resumes from %s, which an earlier version wrote without %s: make sure that these are as they were"
                  .formatted(path, String.join(", ", unknown))));
    }
  }

  private void reportNone(String later, List<String> nearest, Path nearestPath) {
    if (later != null) {
      findings.accept(
          new Finding(
              true,
              "begins anew, since %s in %s is of a later epoch than maxIter: set maxIter higher to resume from it"
                  .formatted(later, shared)));
    } else if (nearest != null) {
      findings.accept(
          new Finding(
              true,
              "begins anew, since %s has no checkpoint of this training; in that of the one most like it, %s, %s: undo that to resume from it"
                  .formatted(shared, nearestPath, String.join(", ", nearest))));
    } else {
      LOG.info("there is no checkpoint in {} yet: begins anew", shared);
    }
  }

  private boolean resume(TrainingState state, Path path, List<String> refused) {
    try {
      StoredFile file = StoredFile.of(path, files);
      List<String> differences = training.differences(CheckpointFile.identity(file));
      if (!differences.isEmpty()) {
        throw new IOException("it is of another training, whose " + differences.get(0));
      }
      state.restore(CheckpointFile.read(file));
      lastTried = number(path);
      lastWritten = lastTried;
      LOG.info(
          "resumes from {}: epoch {}, iteration {}",
          path,
          state.epoch() + 1,
          state.iteration() + 1);
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be resumed from: {}", path, StoredFile.sentence(e));
      refused.add(path.getName() + ": " + StoredFile.sentence(e));
      return false;
    }
  }

  /** All checkpoints of one training, the newest first. */
  private List<Path> list(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    try {
      for (FileStatus file : files.listStatus(folder)) {
        if (file.isFile() && number(file.getPath()) >= 0) {
          paths.add(file.getPath());
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    paths.sort(Comparator.comparingLong(Checkpoints::number).reversed());
    return paths;
  }

  /** The checkpoints of earlier versions, and the newest one of each other training. */
  private List<Path> others() throws IOException {
    List<Path> paths = new ArrayList<>(list(shared));
    FileStatus[] folders;
    try {
      folders = files.listStatus(shared);
    } catch (FileNotFoundException e) {
      return paths;
    }
    Arrays.sort(folders, Comparator.comparingLong(FileStatus::getModificationTime).reversed());
    int others = 0;
    for (FileStatus other : folders) {
      boolean isOther = !other.getPath().getName().equals(folder.getName());
      if (other.isDirectory() && isOther && others++ < MAX_OTHERS) {
        list(other.getPath()).stream().limit(schedule.kept).forEach(paths::add);
      }
    }
    return paths;
  }

  private static long number(Path path) {
    Matcher matcher = NAME.matcher(path.getName());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  @Override
  public void onState(TrainingState state) {
    long iteration = iteration(state);
    double minutes = (System.nanoTime() - lastTime) / 60e9;
    boolean isDue =
        (schedule.iterations > 0
                && iteration / schedule.iterations > lastTried / schedule.iterations)
            || (schedule.minutes > 0 && minutes >= schedule.minutes);
    if (isDue) {
      write(state);
    }
  }

  /**
   * Writes a state that is not there yet, and deletes old ones of this training. What fails does
   * not end the training.
   */
  public void write(TrainingState state) {
    long iteration = iteration(state);
    if (iteration == lastWritten) {
      return;
    }
    lastTried = iteration;
    lastTime = System.nanoTime();
    String name = String.format(Locale.ROOT, "checkpoint-%010d.safetensors", iteration);
    Path aside = new Path(folder, "." + name + "." + UUID.randomUUID() + ".tmp");
    try {
      write(state, new Path(folder, name), aside);
      lastWritten = iteration;
      while (kept.size() > schedule.kept) {
        files.delete(kept.remove(), false);
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
      deleteQuietly(aside);
    }
  }

  private void write(TrainingState state, Path path, Path aside) throws IOException {
    try (OutputStream out = new BufferedOutputStream(files.create(aside, true), BUFFER)) {
      CheckpointFile.write(training, state.snapshot(), out);
    }
    // One that is there already is of the same training, so it holds the same.
    files.delete(path, false);
    if (!files.rename(aside, path) && !files.exists(path)) {
      throw new IOException("%s could not be renamed to %s".formatted(aside, path.getName()));
    }
    deleteQuietly(aside);
    kept.remove(path);
    kept.add(path);
  }

  private void fail(Exception e) {
    if (e instanceof InterruptedIOException) {
      Thread.currentThread().interrupt();
    }
    if (hasFailed) {
      LOG.debug("cannot write a checkpoint into {}", folder, e);
      return;
    }
    hasFailed = true;
    findings.accept(
        new Finding(
            true,
            "a checkpoint could not be written into %s (%s): training goes on without it; make room there, or name another checkpointDir next time"
                .formatted(folder, StoredFile.sentence(e))));
  }

  private void deleteQuietly(Path path) {
    try {
      files.delete(path, false);
    } catch (IOException | RuntimeException e) {
      LOG.debug("cannot delete {}", path, e);
    }
  }

  private long iteration(TrainingState state) {
    return (long) state.epoch() * iterationsPerEpoch + state.iteration();
  }
}
