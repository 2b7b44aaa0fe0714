package io.sparknn.spark;

import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkThrowable;

/** Tells from an exception why a job ended. */
final class Endings {

  private static final String CANCELLED = "SPARK_JOB_CANCELLED";

  private Endings() {}

  /** Whether somebody wants the job to end: it, its stage, its group or its tags were cancelled. */
  static boolean isCancellation(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkThrowable known && CANCELLED.equals(known.getCondition())) {
        return true;
      }
    }
    return false;
  }

  /** Whether the calling thread was interrupted, or something ended since it was. */
  static boolean isInterruption(Throwable failure) {
    boolean is = Thread.currentThread().isInterrupted();
    for (Throwable cause = failure; cause != null && !is; cause = cause.getCause()) {
      is = cause instanceof InterruptedException || cause instanceof ClosedByInterruptException;
    }
    return is;
  }

  /** What is thrown where the calling thread was interrupted; the thread stays so. */
  static IllegalStateException interrupted(Throwable cause) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("training was interrupted", cause);
  }

  /**
   * Frees something, on another thread: Spark does that in part by waiting, which an interruption
   * of the calling thread, be it before or meanwhile, would end half way. The thread stays
   * interrupted.
   */
  static void free(Runnable work) {
    CompletableFuture.runAsync(work).join();
  }

  /** Whether another attempt cannot succeed, other than where Spark lost tasks or executors. */
  static boolean isFinal(SparkContext context, Throwable failure) {
    return isCancellation(failure) || context.isStopped();
  }

  /** Scala throws checked exceptions that Java does not know of; so does this. */
  static RuntimeException unchecked(Throwable failure) {
    throw Endings.<RuntimeException>as(failure);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E as(Throwable failure) throws E {
    throw (E) failure;
  }

  /** The message's part that says what happened, in one line. */
  static String sentence(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    String[] lines = message.split("\n", -1);
    // Spark tells of the stage first, and of the task behind that.
    return lines.length > 1 && lines[0].contains("finished unsuccessfully") ? lines[1] : lines[0];
  }
}
