package io.sparknn.ml;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;

/**
 * Trains while executors come and go: those that idle while a slow store takes a checkpoint are
 * dismissed, and some are killed.
 */
public final class AllocationTrial {

  static final int EPOCHS = 4;
  private static final int INTERVAL = 40;

  private AllocationTrial() {}

  /** Entry point of the driver's process: a local folder. */
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    Counter counter = new Counter();
    spark.sparkContext().addSparkListener(counter);
    try {
      NeuralNetworkClassifier head =
          ClusterTrial.head(EPOCHS)
              .setCheckpointDir(SlowFiles.SCHEME + "://" + args[0])
              .setCheckpointInterval(INTERVAL);
      ChildJvm.print(
          "trained", ClusterTrial.checksum(ClusterTrial.train(ClusterTrial.rows(spark), head)));
    } finally {
      spark.stop();
    }
    ChildJvm.print("jobs", counter.jobs);
    ChildJvm.print("executors that came", counter.came);
    ChildJvm.print("executors that went", counter.went);
  }

  /** Counts executors and jobs. */
  private static final class Counter extends SparkListener {
    final AtomicInteger came = new AtomicInteger();
    final AtomicInteger went = new AtomicInteger();
    final AtomicInteger jobs = new AtomicInteger();

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded executor) {
      came.incrementAndGet();
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
      went.incrementAndGet();
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      jobs.incrementAndGet();
    }
  }

  /**
   * Local files; the first and then every other one takes so long to create that executors idle too
   * long and go, and soon after the others an executor is killed.
   */
  public static final class SlowFiles extends RawLocalFileSystem {
    static final String SCHEME = "slow";
    private static final long PAUSE_MILLIS = 100;
    private static final int MOST_PAUSES = 600;
    private static final long KILL_MILLIS = 100;
    private static final AtomicInteger CREATED = new AtomicInteger();

    @Override
    public URI getUri() {
      return URI.create(SCHEME + ":///");
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int buffer,
        short replication,
        long block,
        Progressable progress)
        throws IOException {
      if (CREATED.getAndIncrement() % 2 == 0) {
        // The driver counts, too.
        SparkContext context = SparkContext.getOrCreate();
        for (int i = 0; i < MOST_PAUSES && context.getExecutorMemoryStatus().size() > 1; i++) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
      } else {
        CompletableFuture.runAsync(() -> ClusterTrial.kill(KILL_MILLIS));
      }
      return super.create(path, overwrite, buffer, replication, block, progress);
    }
  }
}
