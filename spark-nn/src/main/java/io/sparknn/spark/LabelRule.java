package io.sparknn.spark;

import java.io.Serializable;

/** What a row's labels must be for a head to learn them. */
@FunctionalInterface
public interface LabelRule extends Serializable {

  /**
   * What is wrong with a row's labels, in one sentence that names the column, the rule and the
   * value; null if nothing is.
   *
   * @param labels has the row's from {@code from} to before {@code to}
   */
  String problem(float[] labels, int from, int to);
}
