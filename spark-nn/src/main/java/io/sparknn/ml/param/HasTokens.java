package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Words in, ids out. */
public interface HasTokens<S> extends Fluent<S> {

  /** Param: the column of words. */
  default Param<String> inputCol() {
    return Rule.column(this, "inputCol", "the column of words: array<string>");
  }

  default String getInputCol() {
    return getOrDefault(inputCol());
  }

  default S setInputCol(String value) {
    set(inputCol(), value);
    return self();
  }

  /** Param: the column of ids. */
  default Param<String> outputCol() {
    return Rule.column(this, "outputCol", "the column of ids: array<int>");
  }

  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  default S setOutputCol(String value) {
    set(outputCol(), value);
    return self();
  }

  /** Param: the number of words of a row that are kept; all if not set. */
  default IntParam maxLength() {
    return Rule.atLeast(
        1, this, "maxLength", "the number of words of a row that are kept; all if not set");
  }

  default int getMaxLength() {
    return (Integer) getOrDefault(maxLength());
  }

  default S setMaxLength(int value) {
    set(maxLength(), value);
    return self();
  }
}
