package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training on a cluster whose driver is killed, with checkpoints in a real store of which parts
 * fail, ends at the bits of one process that nothing disturbs.
 */
@Tag("cluster")
class StorageTest {

  private static final int ITERATIONS = StorageTrial.EPOCHS * ClusterTrial.EPOCH_ITERATIONS;
  private static final int LAST_BUT_ONE =
      (ITERATIONS - 1) / StorageTrial.INTERVAL * StorageTrial.INTERVAL;

  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d+)\\.safetensors");

  private static NeuralNetworkClassificationModel undisturbed;

  private final Random random = new Random();

  @TempDir private java.nio.file.Path folder;

  @BeforeAll
  static void train() {
    undisturbed =
        ClusterTrial.train(ClusterTrial.rows(spark()), ClusterTrial.head(StorageTrial.EPOCHS));
  }

  @Test
  void hdfs() throws Exception {
    try (HdfsStore store = new HdfsStore(folder);
        FileSystem files = store.connect()) {
      killDriver(store, files, 0, ITERATIONS / 3);
      store.loseADataNode();
      killDriver(store, files, ITERATIONS / 2, ITERATIONS * 2 / 3);
      resumes(store, newest(store, files));
      damage(files, path(store, files, ITERATIONS));
      resumes(store, LAST_BUT_ONE);
      assertEquals(2, store.damageBlocks(read(files, path(store, files, ITERATIONS))));
      resumes(store, LAST_BUT_ONE);
    }
  }

  @Test
  void s3() throws Exception {
    try (S3Store store = new S3Store(folder);
        FileSystem files = store.connect()) {
      killDriver(store, files, 0, ITERATIONS / 3);
      killDriver(store, files, ITERATIONS / 2, ITERATIONS * 2 / 3);
      resumes(store, newest(store, files));
      damage(files, path(store, files, ITERATIONS));
      resumes(store, LAST_BUT_ONE);
    }
  }

  private ChildJvm trial(Store store) throws IOException {
    Map<String, String> settings = new HashMap<>();
    store.settings().forEach((name, value) -> settings.put("spark.hadoop." + name, value));
    return ChildJvm.driver(folder, settings, StorageTrial.class, store.folder());
  }

  /** Kills the driver of a training soon after the checkpoint of a random iteration. */
  private void killDriver(Store store, FileSystem files, int from, int to) throws Exception {
    int iteration = random.nextInt(from, to);
    try (ChildJvm driver = trial(store)) {
      while (newest(store, files) < iteration) {
        assertTrue(driver.isAlive(), driver::text);
        Thread.sleep(50);
      }
      Thread.sleep(random.nextInt(300));
      assertTrue(driver.isAlive(), driver::text);
      driver.kill();
    }
    System.out.printf(
        Locale.ROOT,
        "%s: wanted to kill at %d, checkpoint %d is the newest%n",
        store.folder(),
        iteration,
        newest(store, files));
  }

  /** Trains from the checkpoint of an iteration to the end. */
  private void resumes(Store store, int iteration) throws Exception {
    try (ChildJvm driver = trial(store)) {
      assertEquals(
          Map.of(
              "iterations", String.valueOf(ITERATIONS - iteration),
              "trained", String.valueOf(ClusterTrial.checksum(undisturbed)),
              "loaded", String.valueOf(Arrays.hashCode(undisturbed.files().weights()))),
          driver.results(),
          driver::text);
    }
  }

  private static Path path(Store store, FileSystem files, int iteration) throws IOException {
    Path pattern =
        new Path(
            store.folder(),
            String.format(Locale.ROOT, "checkpoints/*/checkpoint-%010d.safetensors", iteration));
    return files.globStatus(pattern)[0].getPath();
  }

  /** The iteration of the newest checkpoint; 0 if there is none. */
  private static int newest(Store store, FileSystem files) throws IOException {
    int newest = 0;
    for (FileStatus file : files.globStatus(new Path(store.folder(), "checkpoints/*/*"))) {
      Matcher matcher = CHECKPOINT.matcher(file.getPath().getName());
      newest = matcher.matches() ? Math.max(newest, Integer.parseInt(matcher.group(1))) : newest;
    }
    return newest;
  }

  private static byte[] read(FileSystem files, Path path) throws IOException {
    try (InputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }

  /** Flips a bit in the middle of a file. */
  private static void damage(FileSystem files, Path path) throws IOException {
    byte[] bytes = read(files, path);
    bytes[bytes.length / 2] ^= 1;
    try (OutputStream out = files.create(path, true)) {
      out.write(bytes);
    }
  }
}
