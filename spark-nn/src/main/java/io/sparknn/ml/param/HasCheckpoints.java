package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Where and when training writes checkpoints. */
public interface HasCheckpoints<S> extends Fluent<S> {

  /** Param: the folder, on any Hadoop file system, into which training writes checkpoints. */
  default Param<String> checkpointDir() {
    return Rule.column(
        this,
        "checkpointDir",
        "the folder, on any Hadoop file system, into which training writes checkpoints");
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

  /** Param: whether training continues from the newest checkpoint in checkpointDir. */
  default BooleanParam resume() {
    return Rule.flag(
        this, "resume", "whether training continues from the newest checkpoint in checkpointDir");
  }

  default boolean getResume() {
    return (Boolean) getOrDefault(resume());
  }

  default S setResume(boolean value) {
    set(resume(), value);
    return self();
  }
}
