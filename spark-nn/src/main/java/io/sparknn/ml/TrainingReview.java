package io.sparknn.ml;

import io.sparknn.ml.param.Rule;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.Solver;
import io.sparknn.spark.Finding;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.EarlyStopping;
import io.sparknn.training.Monitor;
import io.sparknn.training.Progress;
import io.sparknn.training.TrainingState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the user should know of how a training went: whether the solver came to its end, an epoch
 * was better than the last, the loss fell at all, and replicas waited for one another.
 */
final class TrainingReview {

  /** A change by less than this share is no more than jitter. */
  private static final double JITTER = 0.01;

  /** A fall of the loss by less than this share is no progress. */
  private static final double SLIGHT = 1e-3;

  /** A loss below this share of the first is nothing but rounding. */
  private static final double ROUNDING = 1e-12;

  private final NetworkEstimator<?, ?> head;
  private final EarlyStopping stopping;
  private final BatchPlan plan;
  private final boolean needsAllRows;

  /** A review of a head's training. */
  TrainingReview(NetworkEstimator<?, ?> head, EarlyStopping stopping, BatchPlan plan) {
    this.head = head;
    this.stopping = stopping;
    this.plan = plan;
    this.needsAllRows = Rule.parse(Solver.class, head.getSolver()).needsAllRows();
  }

  /** What can be said before the first iteration. */
  List<Finding> before() {
    List<Finding> findings = new ArrayList<>();
    if (needsAllRows && plan.iterations() > 1) {
      findings.add(
          warning(
              "solver %s needs all %d rows in each batch, but batchSize is %d: set it to at least %d, or choose another solver",
              head.getSolver(), plan.rows(), plan.batchSize(), plan.rows()));
    }
    return findings;
  }

  /**
   * What can be said after the last.
   *
   * @param iterations the figures of this run's iterations
   */
  List<Finding> after(TrainingState state, List<Progress> iterations) {
    List<Progress> epochs = state.history();
    return Stream.of(
            solver(state.optimizer(), epochs),
            betterEpoch(epochs),
            noFall(epochs, iterations),
            TrainingSummary.timeSplit(epochs).skew())
        .flatMap(Optional::stream)
        .toList();
  }

  private static Finding warning(String format, Object... values) {
    return new Finding(true, String.format(Locale.ROOT, format, values));
  }

  private Optional<Finding> solver(Optimizer optimizer, List<Progress> epochs) {
    if (!needsAllRows || plan.iterations() > 1 || epochs.isEmpty()) {
      return Optional.empty();
    }
    double loss = Math.abs(last(epochs).loss());
    if (loss <= ROUNDING * Math.abs(epochs.get(0).loss())) {
      return Optional.empty();
    }
    if (optimizer.isStuck()) {
      return Optional.of(
          warning(
              "solver %s finds no step that makes the loss, %.4g, less: scale the features, as StandardScaler does, leave out layers that act at random, such as Dropout, or choose another solver",
              head.getSolver(), loss));
    }
    boolean endedByMaxIter = epochs.size() >= head.getMaxIter();
    double share = optimizer.expectedDecrease() / loss;
    return endedByMaxIter && share > SLIGHT
        ? Optional.of(
            warning(
                "solver %s was ended by maxIter %d before it converged: the loss, %.4g, would fall by about %.1f%% yet; raise maxIter, or scale the features, as StandardScaler does",
                head.getSolver(), head.getMaxIter(), loss, 100 * Math.min(1, share)))
        : Optional.empty();
  }

  /** Of jitter the epochs after the best are as good as it. */
  private Optional<Finding> betterEpoch(List<Progress> epochs) {
    if (stopping.patience() > 0 || !epochs.stream().allMatch(Progress::hasValidation)) {
      return Optional.empty();
    }
    Monitor monitor = stopping.monitor();
    Optional<Progress> best = epochs.stream().min(Comparator.comparingDouble(monitor::cost));
    if (best.isEmpty()) {
      return Optional.empty();
    }
    Progress last = last(epochs);
    double cost = monitor.cost(best.get());
    double worse = cost + JITTER * Math.abs(cost);
    double[] later =
        epochs.stream()
            .skip(epochs.indexOf(best.get()) + 1L)
            .mapToDouble(monitor::cost)
            .sorted()
            .toArray();
    boolean isWorse = later.length > 0 && later[later.length / 2] > worse;
    return isWorse && monitor.cost(last) > worse
        ? Optional.of(
            warning(
                "epoch %d was better (validation %s %.4g) than the last, %d (%.4g), whose weights the model has: set patience, which restores the best weights",
                best.get().epoch(),
                monitor.watchesMetric() ? "metric" : "loss",
                monitor.value(best.get()),
                last.epoch(),
                monitor.value(last)))
        : Optional.empty();
  }

  /** The first iteration's loss is before any step, which the first epoch's is not. */
  private Optional<Finding> noFall(List<Progress> epochs, List<Progress> iterations) {
    if (epochs.size() < 2 || iterations.isEmpty()) {
      return Optional.empty();
    }
    double first = epochs.get(0).loss();
    double last = last(epochs).loss();
    Progress start = iterations.get(0);
    boolean isStart = start.epoch() == 1;
    boolean fell =
        last < first - SLIGHT * Math.abs(first)
            || last < start.loss() - JITTER * Math.abs(start.loss());
    return isStart && last != 0 && !fell
        ? Optional.of(
            warning(
                "the loss did not fall: it is %.4g in epoch %d, and was %.4g in epoch 1; change stepSize, which is %s, scale the features, or see whether the labels depend on them",
                last, epochs.size(), first, head.getStepSize()))
        : Optional.empty();
  }

  private static Progress last(List<Progress> epochs) {
    return epochs.get(epochs.size() - 1);
  }
}
