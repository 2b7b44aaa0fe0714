package io.sparknn.ml.param;

import java.util.Set;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** When training ends before its last epoch, and what tells whether an epoch was better. */
public interface HasEarlyStopping<S> extends Fluent<S> {

  /** Stands before what is to be that of the validation rows. */
  String VALIDATION_PREFIX = "val_";

  /** What may be watched: the loss, the metric, or the metric by its name. */
  Set<String> MONITORED =
      Set.of("loss", "metric", "accuracy", "mean_absolute_error", "mae", "cosine_similarity");

  /**
   * Param: what early stopping and reduce_on_plateau watch: {@code loss} (default) or {@code
   * metric}, of the validation rows if there are any, else of those trained on. The metric may be
   * called by its name, and {@code val_} may stand before it, as in Keras' {@code val_accuracy}:
   * then there must be validation rows.
   */
  default Param<String> monitor() {
    return Rule.text(
        "loss, metric, or the metric's name: accuracy, mean_absolute_error, mae or cosine_similarity; with val_ before it where there must be validation rows",
        text -> MONITORED.contains(withoutPrefix(text)) ? text : null,
        this,
        "monitor",
        "what early stopping and reduce_on_plateau watch, of the validation rows if there are any");
  }

  default String getMonitor() {
    return getOrDefault(monitor());
  }

  default S setMonitor(String value) {
    set(monitor(), value);
    return self();
  }

  /** What is watched, of whatever rows. */
  static String withoutPrefix(String monitor) {
    return monitor.startsWith(VALIDATION_PREFIX)
        ? monitor.substring(VALIDATION_PREFIX.length())
        : monitor;
  }

  /**
   * Param: the number of epochs without a better loss after which training ends and goes back to
   * the best weights; 0 for never.
   */
  default IntParam patience() {
    return Rule.atLeast(
        0,
        this,
        "patience",
        "the number of epochs without a better loss after which training ends and goes back to the best weights; 0 for never");
  }

  default int getPatience() {
    return (Integer) getOrDefault(patience());
  }

  default S setPatience(int value) {
    set(patience(), value);
    return self();
  }

  /**
   * Param: by how much a loss (or what else is watched) must be better than the best one to count
   * as better; an absolute number, in the unit of the loss.
   */
  default DoubleParam tol() {
    return Rule.notNegative(
        this,
        "tol",
        "by how much a loss must be better than the best one to count as better, in the loss's unit");
  }

  default double getTol() {
    return (Double) getOrDefault(tol());
  }

  default S setTol(double value) {
    set(tol(), value);
    return self();
  }
}
