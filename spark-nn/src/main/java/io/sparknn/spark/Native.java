package io.sparknn.spark;

import io.sparknn.tensor.Blas;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/** Hands Spark's settings to the tensor core of this process, on the driver or an executor. */
final class Native {

  private static final String LIBRARY = Blas.LIBRARY_PROPERTY;
  private static final String TASK_CPUS = "spark.task.cpus";

  private Native() {}

  /**
   * Prepares, and tells why tasks would slow one another down; null if they do not. To be called in
   * a task.
   */
  static String obstacle() {
    prepare();
    int cpus = TaskContext.get().cpus();
    String excess = Blas.excess(cpus);
    return excess == null
        ? null
        : String.format(
            Locale.ROOT,
            "%s, where a task has %d (%s), so that tasks would slow one another down: set the variable to %d on every executor, raise %s, or leave %s out for the embedded OpenBLAS",
            excess,
            cpus,
            TASK_CPUS,
            cpus,
            TASK_CPUS,
            LIBRARY);
  }

  /** To be called before the first tensor operation of a task; cheap when repeated. */
  static void prepare() {
    SparkConf conf = SparkEnv.get().conf();
    if (conf.contains(LIBRARY) && System.getProperty(LIBRARY) == null) {
      System.setProperty(LIBRARY, conf.get(LIBRARY));
    }
    TaskContext task = TaskContext.get();
    Blas.setThreads(task == null ? conf.getInt(TASK_CPUS, 1) : task.cpus());
  }
}
