package io.sparknn.ml;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDBlockId;
import scala.jdk.javaapi.CollectionConverters;

/** Cancels trainings that would take hours, in every way, and looks what is left of them. */
public final class CancelTrial {

  /** The modes. */
  static final List<String> MODES = List.of("barrier", "jobs");

  private static final String GROUP = "a group of the trial";
  private static final String TAG = "a-tag-of-the-trial";
  private static final int FOREVER = 1_000_000;

  /** More jobs than come before the first iteration. */
  private static final int WARM_JOBS = 20;

  private static final long PATIENCE_SECONDS = 30;

  private CancelTrial() {}

  /** Who stops a training, and how. */
  enum Way {
    GROUP_CANCELLED {
      @Override
      void stop(Running running) {
        running.context().cancelJobGroup(GROUP);
      }
    },
    GROUP_WITH_INTERRUPTION {
      @Override
      void stop(Running running) {
        running.context().cancelJobGroup(GROUP);
      }
    },
    TAG_CANCELLED {
      @Override
      void stop(Running running) {
        running.context().cancelJobsWithTag(TAG);
      }
    },
    ALL_CANCELLED {
      @Override
      void stop(Running running) {
        running.context().cancelAllJobs();
      }
    },
    /** What the kill link of a job does in Spark's UI. */
    JOB_KILLED {
      @Override
      void stop(Running running) {
        running.context().cancelJob(running.job(), "killed via the Web UI");
      }
    },
    /** What the kill link of a stage does in Spark's UI. */
    STAGE_KILLED {
      @Override
      void stop(Running running) {
        running.context().cancelStage(running.stage(), "killed via the Web UI");
      }
    },
    INTERRUPTED {
      @Override
      void stop(Running running) {
        running.thread().interrupt();
      }
    },
    /** Only in a process of its own, and last: no other training is possible then. */
    CONTEXT_STOPPED {
      @Override
      void stop(Running running) {
        running.context().stop();
      }
    };

    /** Those after which another training is possible. */
    static List<Way> repeatable() {
      return Stream.of(values()).filter(way -> way != CONTEXT_STOPPED).toList();
    }

    abstract void stop(Running running);
  }

  /** A training and the last job and stage of it. */
  record Running(SparkContext context, Thread thread, int job, int stage) {}

  /** What a stopped training threw, whether its thread was interrupted then, and after how long. */
  record End(Throwable thrown, boolean isInterrupted, long millis) {}

  /** Entry point of the driver's process. */
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    try {
      int undisturbed = next(spark, "jobs");
      for (String mode : MODES) {
        int killed = killed(spark, mode);
        ChildJvm.print(
            "%s, a task killed:".formatted(mode), killed == undisturbed ? "same" : killed);
        for (Way way : Way.repeatable()) {
          String fault = trial(spark, mode, way, undisturbed);
          ChildJvm.print("%s, %s:".formatted(mode, way), fault.isEmpty() ? "obeyed" : fault);
        }
      }
      End end = stopped(spark, "jobs", Way.CONTEXT_STOPPED);
      System.out.println(
          String.format(Locale.ROOT, "stopped after %d ms: %s", end.millis, end.thrown));
      boolean isTold = String.valueOf(end.thrown).contains("SparkContext was stopped");
      ChildJvm.print("context stopped:", isTold ? "obeyed" : "not-told");
    } finally {
      spark.stop();
    }
  }

  /** A checksum of a short training of which one task is killed by its number. */
  static int killed(SparkSession spark, String mode) {
    SparkContext context = spark.sparkContext();
    AtomicBoolean isDone = new AtomicBoolean();
    SparkListener killer =
        new SparkListener() {
          private int jobs;

          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs++;
          }

          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            boolean isTraining = isBarrier(start) || jobs > WARM_JOBS;
            if (isTraining && !isDone.getAndSet(true)) {
              context.killTaskAttempt(start.taskInfo().taskId(), false, "by the trial");
            }
          }
        };
    context.addSparkListener(killer);
    try {
      return next(spark, mode);
    } finally {
      context.removeSparkListener(killer);
      if (!isDone.get()) {
        System.out.println("no task was killed");
      }
    }
  }

  /** Whether a task is one of a barrier stage. */
  private static boolean isBarrier(SparkListenerTaskStart start) {
    return SparkContext.getOrCreate()
        .dagScheduler()
        .stageIdToStage()
        .get(start.stageId())
        .exists(stage -> stage.rdd().isBarrier());
  }

  /** Stops a training; what is wrong then, without spaces, or nothing. */
  static String trial(SparkSession spark, String mode, Way way, int undisturbed) {
    Set<Object> before = persistent(spark.sparkContext());
    End end = stopped(spark, mode, way);
    System.out.println(
        String.format(Locale.ROOT, "%s %s after %d ms: %s", mode, way, end.millis, end.thrown));
    boolean isInterrupted = way == Way.INTERRUPTED;
    String message = String.valueOf(end.thrown);
    if (!message.contains(isInterrupted ? "training was interrupted" : "SPARK_JOB_CANCELLED")) {
      return message.replaceAll("\\s", "_");
    }
    if (end.isInterrupted != isInterrupted) {
      return isInterrupted ? "the-interruption-is-lost" : "the-thread-is-interrupted";
    }
    String left = left(spark.sparkContext(), before);
    if (!left.isEmpty()) {
      return left;
    }
    return next(spark, mode) == undisturbed ? "" : "the-next-training-differs";
  }

  /** A checksum of a short training. */
  static int next(SparkSession spark, String mode) {
    return ClusterTrial.checksum(
        ClusterTrial.train(
            ClusterTrial.rows(spark), ClusterTrial.head(1).setAggregationMode(mode)));
  }

  /** Starts a training, stops it once it is well under way, and waits for its end. */
  static End stopped(SparkSession spark, String mode, Way way) {
    SparkContext context = spark.sparkContext();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    NeuralNetworkClassifier head = ClusterTrial.head(FOREVER).setAggregationMode(mode);
    Progress progress = new Progress(mode.equals("jobs") ? WARM_JOBS : 0);
    context.addSparkListener(progress);
    Thread thread =
        new Thread(
            () -> {
              context.setJobGroup(GROUP, "a training", way == Way.GROUP_WITH_INTERRUPTION);
              context.addJobTag(TAG);
              try {
                ClusterTrial.train(ClusterTrial.rows(spark), head);
              } catch (Throwable e) {
                thrown.set(e);
              }
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    thread.start();
    try {
      progress.await();
      TimeUnit.MILLISECONDS.sleep(300);
      long start = System.nanoTime();
      for (int kills = 0; !interrupted.isDone(); kills++) {
        // A job or stage may have ended by itself when its kill arrives.
        if (kills == 0 || way == Way.JOB_KILLED || way == Way.STAGE_KILLED) {
          way.stop(new Running(context, thread, progress.job, progress.stage));
        }
        thread.join(200);
        if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
          thread.interrupt();
          return new End(new IllegalStateException("it does not end"), false, -1);
        }
      }
      return new End(
          thrown.get(),
          interrupted.join(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      context.removeSparkListener(progress);
    }
  }

  /**
   * What soon still is there of a training that has ended, but was not before; nothing if all is
   * well.
   */
  static String left(SparkContext context, Set<Object> before) {
    if (!before.containsAll(persistent(context))) {
      return "rows-are-persisted";
    }
    if (!soon(
            () ->
                Stream.of(context.getRDDStorageInfo())
                    .noneMatch(rdd -> rdd.isCached() && !before.contains(rdd.id())))
        || !soon(() -> rowBlocks(before) == 0)) {
      return "rows-are-cached";
    }
    if (!soon(
        () ->
            Stream.of(context.statusTracker().getExecutorInfos()).allMatch(CancelTrial::isIdle))) {
      return "tasks-are-running";
    }
    if (!soon(() -> context.statusTracker().getActiveJobIds().length == 0)) {
      return "jobs-are-active";
    }
    Set<Thread> threads = Thread.getAllStackTraces().keySet();
    return threads.stream().anyMatch(t -> t.getName().startsWith("spark-nn"))
            && !soon(CancelTrial::hasNoThread)
        ? "threads-are-left"
        : "";
  }

  private static boolean hasNoThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(t -> t.getName().startsWith("spark-nn"));
  }

  private static boolean isIdle(SparkExecutorInfo executor) {
    return executor.numRunningTasks() == 0;
  }

  /** The numbers of all RDDs that are persisted, by whomever. */
  private static Set<Object> persistent(SparkContext context) {
    return Set.copyOf(CollectionConverters.asJava(context.getPersistentRDDs()).keySet());
  }

  private static long rowBlocks(Set<Object> others) {
    return Stream.of(SparkEnv.get().blockManager().master().getStorageStatus())
        .flatMap(status -> CollectionConverters.asJava(status.rddBlocks()).keySet().stream())
        .filter(block -> !others.contains(((RDDBlockId) block).rddId()))
        .count();
  }

  private static boolean soon(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        return false;
      }
    }
    return true;
  }

  /** Sees how far a training is. */
  private static final class Progress extends SparkListener {
    private final int jobsBefore;
    private final CountDownLatch underWay = new CountDownLatch(1);
    private int jobs;
    volatile int job;
    volatile int stage;

    Progress(int jobsBefore) {
      this.jobsBefore = jobsBefore;
    }

    void await() throws InterruptedException {
      if (!underWay.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("training does not begin");
      }
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      if (start.stageInfos().exists(info -> info.numTasks() > 0)) {
        jobs++;
        job = start.jobId();
      }
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      stage = start.stageId();
      boolean isTraining = jobsBefore == 0 ? isBarrier(start) : jobs > jobsBefore;
      if (isTraining) {
        underWay.countDown();
      }
    }
  }
}
