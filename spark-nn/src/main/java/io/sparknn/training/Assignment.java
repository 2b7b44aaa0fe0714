package io.sparknn.training;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What all replicas are to do next.
 *
 * @param epoch counted from 0
 * @param iteration within the epoch, counted from 0; of local steps the first
 * @param weights to start from; of local steps followed by the solver's arrays
 * @param stepSizes of local steps, one for each; else none
 * @param solver of local steps the solver's numbers; else none
 * @param totals the sums over all replicas that are known of this batch, as passes ask for them
 */
public record Assignment(
    Kind kind,
    int epoch,
    int iteration,
    float[] weights,
    double[] stepSizes,
    double[] solver,
    double[][] totals)
    implements Serializable {

  private static final double[] NONE = {};

  /** One of which no sums are known yet. */
  public Assignment(
      Kind kind, int epoch, int iteration, float[] weights, double[] stepSizes, double[] solver) {
    this(kind, epoch, iteration, weights, stepSizes, solver, new double[0][]);
  }

  /** What to do. */
  public enum Kind {
    /** Computes the gradient of a batch. */
    GRADIENT,
    /** Makes steps alone, see {@link LocalSteps}. */
    LOCAL_STEPS,
    /** Computes the loss of the rows that are kept for validation. */
    VALIDATION
  }

  /** The gradient of an iteration's batch. */
  public static Assignment gradient(float[] weights, int epoch, int iteration) {
    return new Assignment(Kind.GRADIENT, epoch, iteration, weights, NONE, NONE);
  }

  /** The loss of the rows that are kept for validation. */
  public static Assignment validation(float[] weights) {
    return new Assignment(Kind.VALIDATION, 0, 0, weights, NONE, NONE);
  }

  /** Whether it is about the rows that are kept for validation. */
  public boolean validates() {
    return kind == Kind.VALIDATION;
  }

  /**
   * How many rows all replicas together hand in.
   *
   * @param validationRows how many are kept for validation
   */
  public long rows(BatchPlan plan, long validationRows) {
    if (validates()) {
      return validationRows;
    }
    long rows = 0;
    for (int i = 0; i < Math.max(1, stepSizes.length); i++) {
      rows += plan.count(epoch, iteration + i);
    }
    return rows;
  }

  /** The same with other weights. */
  public Assignment with(float[] others) {
    return new Assignment(kind, epoch, iteration, others, stepSizes, solver, totals);
  }

  /** The same with one more sum over all replicas. */
  public Assignment plus(double[] total) {
    double[][] more = Arrays.copyOf(totals, totals.length + 1);
    more[totals.length] = total;
    return new Assignment(kind, epoch, iteration, weights, stepSizes, solver, more);
  }

  /** The last of the sums. */
  public double[] lastTotal() {
    return totals[totals.length - 1];
  }
}
