package io.sparknn.ml.param;

import io.sparknn.optim.Schedule;
import org.apache.spark.ml.param.Param;

/** What the step size is multiplied by in the course of training. */
public interface HasSchedule<S> extends Fluent<S> {

  /** Param: what the step size is multiplied by in the course of training. */
  default Param<String> stepSchedule() {
    return Rule.text(
        Schedule.choices(),
        Schedule::parse,
        this,
        "stepSchedule",
        "what the step size is multiplied by in the course of training");
  }

  default String getStepSchedule() {
    return getOrDefault(stepSchedule());
  }

  default S setStepSchedule(String value) {
    set(stepSchedule(), value);
    return self();
  }
}
