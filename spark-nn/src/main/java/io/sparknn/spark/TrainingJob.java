package io.sparknn.spark;

import java.io.Serializable;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.JobArtifactSet;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.errors.SparkCoreErrors;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.JobFailed;
import org.apache.spark.scheduler.JobListener;
import org.apache.spark.scheduler.JobResult;
import org.apache.spark.scheduler.JobSubmitted;
import org.apache.spark.scheduler.JobSucceeded$;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.util.CallSite;
import org.apache.spark.util.ThreadUtils;
import org.apache.spark.util.Utils;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * A training as one job of Spark, so that whoever cancels is obeyed at any time. The job has no
 * tasks and takes no slot; it lasts from the training's beginning to its end, with the job group,
 * the tags and the pool of the calling thread. So a cancellation, or the kill link of Spark's UI,
 * reaches the training also between two of its other jobs, when Spark would find nothing to cancel.
 * It interrupts the training's thread, which lets go of whatever it waits for.
 *
 * <p>All jobs of the training bear a tag of its own: what is left of them when it fails is
 * cancelled.
 */
public final class TrainingJob implements JobListener {

  private static final String DESCRIPTION = "spark.job.description";
  private static final long GLANCE_MILLIS = 100;

  private final SparkContext context;
  private final Thread thread = Thread.currentThread();
  private final String tag = "spark-nn-" + UUID.randomUUID();
  private final int id;
  private final ScheduledExecutorService glances =
      ThreadUtils.newDaemonSingleThreadScheduledExecutor("spark-nn-watch");

  private Exception cancellation;
  private boolean isOver;
  private boolean hasInterrupted;

  // Only of the thread that glances.
  private boolean wasActive;
  private int misses;

  /** What the job's tasks would do, if it had any. */
  private static final class Nothing
      extends AbstractFunction2<TaskContext, Iterator<Object>, Object> implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object apply(TaskContext context, Iterator<Object> rows) {
      return null;
    }
  }

  private TrainingJob(SparkContext context, String description) {
    this.context = context;
    id = context.dagScheduler().nextJobId().getAndIncrement();
    context.addJobTag(tag);
    Properties properties = Utils.cloneProperties(context.getLocalProperties());
    properties.setProperty(DESCRIPTION, description);
    RDD<Object> rows = context.emptyRDD(ClassTag$.MODULE$.Object());
    context
        .dagScheduler()
        .eventProcessLoop()
        .post(
            new JobSubmitted(
                id,
                rows,
                new Nothing(),
                new int[0],
                new CallSite(description, context.getCallSite().longForm()),
                this,
                JobArtifactSet.getActiveOrDefault(context),
                properties));
    glances.scheduleWithFixedDelay(
        this::glance, GLANCE_MILLIS, GLANCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Runs a training.
   *
   * @param subject names it in Spark's UI
   * @throws IllegalStateException if the thread was interrupted, which stays so, or if the context
   *     was stopped; of a cancellation, Spark's own exception is thrown
   */
  public static <T> T run(SparkContext context, String subject, Supplier<T> training) {
    if (context.isStopped()) {
      return training.get();
    }
    TrainingJob job = new TrainingJob(context, subject + " trains");
    Throwable failure = null;
    T result = null;
    try {
      result = training.get();
    } catch (Throwable e) {
      failure = e;
    }
    failure = job.end(failure);
    if (failure != null) {
      throw Endings.unchecked(failure);
    }
    return result;
  }

  /** Ends the job, and tells what the training ends with; null for its result. */
  private Throwable end(Throwable failure) {
    glances.shutdownNow();
    Exception cancelled;
    synchronized (this) {
      isOver = true;
      cancelled = cancellation;
      if (hasInterrupted) {
        // The interruption was meant for the training alone.
        Thread.interrupted();
      }
    }
    boolean isStopped = context.isStopped();
    context.removeJobTag(tag);
    if (!isStopped) {
      // Of the ends that listeners are told of the first counts, and Spark's own is a failure: it
      // knows no other for a job without tasks, and none for one that cancelAllJobs has hit.
      Throwable reason = cancelled == null ? failure : cancelled;
      tell(
          reason == null
              ? JobSucceeded$.MODULE$
              : new JobFailed(new SparkException(reason.toString())));
      context.cancelJobsWithTag(tag, "its training is over");
    }
    if (isStopped && (failure != null || cancelled != null)) {
      Throwable cause = failure == null ? cancelled : failure;
      return new IllegalStateException("the SparkContext was stopped during training", cause);
    }
    if (cancelled != null) {
      if (failure != null && failure != cancelled) {
        cancelled.addSuppressed(failure);
      }
      return cancelled;
    }
    if (failure != null && Endings.isInterruption(failure)) {
      Thread.currentThread().interrupt();
      return failure instanceof IllegalStateException ? failure : Endings.interrupted(failure);
    }
    return failure;
  }

  /** Tells listeners that this job has ended. */
  private void tell(JobResult result) {
    context.listenerBus().post(new SparkListenerJobEnd(id, System.currentTimeMillis(), result));
  }

  /** {@code cancelAllJobs} forgets jobs that have no running stage, and does not tell them. */
  private void glance() {
    boolean isActive = context.dagScheduler().jobIdToActiveJob().contains(id);
    wasActive |= isActive;
    // Spark's table may change while it is read here: a single miss means nothing.
    misses = isActive ? 0 : misses + 1;
    if (wasActive && misses == 2) {
      SparkException reason =
          SparkCoreErrors.sparkJobCancelled(id, "as part of cancellation of all jobs", null);
      jobFailed(reason);
    }
  }

  @Override
  public void taskSucceeded(int index, Object result) {
    throw new IllegalStateException("there are no tasks");
  }

  @Override
  public synchronized void jobFailed(Exception reason) {
    if (!isOver && cancellation == null) {
      cancellation = reason;
      hasInterrupted = true;
      thread.interrupt();
    }
  }
}
