package io.sparknn.spark;

import org.apache.spark.TaskContext;

/** Lets the work of a task end soon after Spark has killed it. */
final class TaskKill {
  private TaskKill() {}

  /**
   * Looks whether the calling thread's task was killed; does nothing outside of tasks.
   *
   * @throws org.apache.spark.TaskKilledException if it was
   */
  static void check() {
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.killTaskIfInterrupted();
    }
  }
}
