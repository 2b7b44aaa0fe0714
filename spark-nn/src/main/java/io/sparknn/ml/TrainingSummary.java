package io.sparknn.ml;

import io.sparknn.training.Progress;
import io.sparknn.training.Times;
import java.util.List;

/**
 * How a model was trained. It is not saved with the model.
 *
 * @param network the table of layers, shapes and weights
 * @param metricName what {@link Progress#metric} is, as in {@code accuracy}
 * @param iterations the figures of every iteration; of a very long training of some, equally far
 *     apart
 * @param epochs the figures of every epoch
 * @param bestEpoch the epoch, counted from 1, whose weights the model has by early stopping; 0 if
 *     it has the last weights
 * @param findings what the user should know: uneven or sorted partitions, tiny batches, scarce
 *     memory, a better epoch that was passed, ...; one sentence each, with what to do
 */
public record TrainingSummary(
    String network,
    String metricName,
    List<Progress> iterations,
    List<Progress> epochs,
    int bestEpoch,
    List<String> findings) {

  /** The mean loss of each epoch. */
  public double[] objectiveHistory() {
    return epochs.stream().mapToDouble(Progress::loss).toArray();
  }

  /** The mean loss of the rows kept for validation after each epoch; not a number without such. */
  public double[] validationHistory() {
    return epochs.stream().mapToDouble(Progress::validationLoss).toArray();
  }

  /** The number of iterations: updates of the weights, those before a resumption included. */
  public int totalIterations() {
    return epochs.stream().mapToInt(Progress::iteration).sum();
  }

  /** Where the time of all iterations went, and what to do about it. */
  public TimeSplit timeSplit() {
    return timeSplit(epochs);
  }

  static TimeSplit timeSplit(List<Progress> epochs) {
    Times sum = epochs.stream().map(Progress::times).reduce(Times.NONE, Times::plus);
    return new TimeSplit(sum, epochs.stream().mapToInt(Progress::iteration).sum());
  }

  /** The time that all iterations took. */
  public double totalSeconds() {
    return epochs.stream().mapToDouble(Progress::seconds).sum();
  }

  /**
   * {@link #findings} by its former name.
   *
   * @deprecated call {@code findings()}
   */
  @Deprecated
  public List<String> remarks() {
    return findings;
  }
}
