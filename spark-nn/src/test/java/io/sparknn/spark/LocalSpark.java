package io.sparknn.spark;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
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

  /** The name of a property that the jobs of one piece of work have. */
  private static final String WORK = "spark.nn.test.work";

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

  /** The number of Spark jobs with tasks that some work starts, but no other thread. */
  public static int jobs(Runnable work) {
    String name = UUID.randomUUID().toString();
    AtomicInteger jobs = new AtomicInteger();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            boolean hasTasks = start.stageInfos().exists(info -> info.numTasks() > 0);
            if (hasTasks && name.equals(start.properties().getProperty(WORK))) {
              jobs.incrementAndGet();
            }
          }
        };
    SparkContext context = spark().sparkContext();
    context.addSparkListener(counter);
    context.setLocalProperty(WORK, name);
    try {
      work.run();
      context.listenerBus().waitUntilEmpty(TimeUnit.MINUTES.toMillis(5));
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    } finally {
      context.setLocalProperty(WORK, null);
      context.removeSparkListener(counter);
    }
    return jobs.get();
  }
}
