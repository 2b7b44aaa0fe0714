package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Where and when training writes checkpoints. */
public interface HasCheckpoints<S> extends Fluent<S> {

  /**
   * Param: the folder, on any Hadoop file system, into which training writes checkpoints: into one
   * of its own there, named by all that decides its result. So trainings may share it.
   */
  default Param<String> checkpointDir() {
    return Rule.column(
        this,
        "checkpointDir",
        "the folder, on any Hadoop file system, into which trainings write checkpoints, each into one of its own");
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  default S setCheckpointDir(String value) {
    set(checkpointDir(), value);
    return self();
  }

  /** Param: the number of iterations after which a checkpoint is written; 0 for none. */
  default IntParam checkpointInterval() {
    return Rule.atLeast(
        0,
        this,
        "checkpointInterval",
        "the number of iterations after which a checkpoint is written; 0 for none");
  }

  default int getCheckpointInterval() {
    return (Integer) getOrDefault(checkpointInterval());
  }

  default S setCheckpointInterval(int value) {
    set(checkpointInterval(), value);
    return self();
  }

  /** Param: the minutes after which a checkpoint is written; 0 for none. */
  default DoubleParam checkpointMinutes() {
    return Rule.notNegative(
        this, "checkpointMinutes", "the minutes after which a checkpoint is written; 0 for none");
  }

  default double getCheckpointMinutes() {
    return (Double) getOrDefault(checkpointMinutes());
  }

  default S setCheckpointMinutes(double value) {
    set(checkpointMinutes(), value);
    return self();
  }

  /** Param: how many of the last checkpoints are kept. */
  default IntParam checkpointsKept() {
    return Rule.atLeast(1, this, "checkpointsKept", "how many of the last checkpoints are kept");
  }

  default int getCheckpointsKept() {
    return (Integer) getOrDefault(checkpointsKept());
  }

  default S setCheckpointsKept(int value) {
    set(checkpointsKept(), value);
    return self();
  }

  /**
   * Param: whether training continues from its newest checkpoint in checkpointDir. It begins anew,
   * and tells why, if there is none with which it would end at the bits of an undisturbed training:
   * {@code maxIter} may be greater than it was, unless the step size's schedule depends on it.
   */
  default BooleanParam resume() {
    return Rule.flag(
        this, "resume", "whether training continues from its newest checkpoint in checkpointDir");
  }

  default boolean getResume() {
    return (Boolean) getOrDefault(resume());
  }

  default S setResume(boolean value) {
    set(resume(), value);
    return self();
  }
}
