package io.sparknn.spark;

import org.apache.spark.SparkContext;

/** What an application has, as far as its driver knows. */
final class Executors {
  private Executors() {}

  /** The number of executors; 1 where the driver is its own. */
  static int count(SparkContext context) {
    // The driver is in the list, too.
    return Math.max(1, context.statusTracker().getExecutorInfos().length - 1);
  }

  /** How many tasks can run at once. */
  static int slots(SparkContext context) {
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }
}
