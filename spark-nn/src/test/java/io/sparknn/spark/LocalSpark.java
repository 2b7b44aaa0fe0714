package io.sparknn.spark;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;

/** The Spark session that all tests of a virtual machine share. It stays until the machine ends. */
public final class LocalSpark {

  /** The most partitions that training data keeps. */
  public static final int SLOTS = 8;

  private static SparkSession session;

  private LocalSpark() {}

  /** The session; a new one where a test has stopped it. */
  public static synchronized SparkSession spark() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .config("spark.ui.enabled", false)
              .config("spark.sql.warehouse.dir", "target/spark-warehouse")
              .config("spark.sql.shuffle.partitions", 2)
              .config("spark.sql.leafNodeDefaultParallelism", 2)
              .config("spark.default.parallelism", SLOTS)
              .getOrCreate();
    }
    return session;
  }

  /** The number of Spark jobs that some work starts. */
  public static int jobs(Runnable work) {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    SparkContext context = spark().sparkContext();
    context.addSparkListener(counter);
    try {
      work.run();
      context.listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    } finally {
      context.removeSparkListener(counter);
    }
    return jobs.get();
  }
}
