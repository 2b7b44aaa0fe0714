package io.sparknn.spark;

import io.sparknn.tensor.Blas;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/** Hands Spark's settings to the tensor core of this process, on the driver or an executor. */
final class Native {

  private static final String LIBRARY = Blas.LIBRARY_PROPERTY;
  private static final String TASK_CPUS = "spark.task.cpus";

  private Native() {}

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
