package io.sparknn.layer.norm;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Absent;
import io.sparknn.layer.Elementwise;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Scope;
import io.sparknn.layer.Steps;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Channels;
import io.sparknn.tensor.ExactSums;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Batch normalisation over the last axis (Ioffe and Szegedy, ICML 2015): {@code y = gamma * (x -
 * mean) / sqrt(variance + epsilon) + beta} for each channel.
 *
 * <p>Input and output {@code (..., channels)}. Weights: {@code gamma}, if {@code scale}, {@code
 * beta}, if {@code center}, {@code moving_mean} and {@code moving_variance}, each {@code
 * (channels)}, and {@code count (1)}, the number of positions in the last batch.
 *
 * <p>In training, mean and (biased) variance are those of the rows that the replica holds or, if
 * {@code acrossReplicas}, those of the whole batch: the same bits however its rows are spread. The
 * moving statistics follow those of the whole batch: {@code moving = momentum * moving + (1 -
 * momentum) * batch}, computed from sums over all replicas. Scoring uses the moving statistics, and
 * so does a frozen layer. All positions count alike, whatever the weights of their rows, but for
 * steps that do not count at all.
 *
 * @param acrossReplicas whether replicas wait for each other to normalise by the whole batch's
 *     statistics: once in the forward pass, and once in the backward pass for the exact gradient
 */
public record BatchNormalization(
    double momentum,
    double epsilon,
    boolean center,
    boolean scale,
    @Absent("false") boolean acrossReplicas)
    implements Layer {

  private static final int MEAN = 0;
  private static final int INVERSE_DEVIATION = 1;

  /**
   * The number of the whole batch's positions, and 1 for the replica with its first row, else 0.
   */
  private static final int WHOLE = 2;

  private static final int SCALE = Affine.SLOTS;
  private static final int SHIFT = Affine.SLOTS + 1;
  private static final int SLOPE = Affine.SLOTS + 2;
  private static final int COUNTED = Affine.SLOTS + 3;

  private static final int FIRST_POSITIONS = 64;

  public BatchNormalization {
    Inputs.checkRate("momentum", momentum);
    Inputs.checkPositive("epsilon", epsilon);
  }

  /** A layer whose replicas normalise by their own rows. */
  public BatchNormalization(double momentum, double epsilon, boolean center, boolean scale) {
    this(momentum, epsilon, center, scale, false);
  }

  /** A layer with gamma and beta. */
  public BatchNormalization(double momentum, double epsilon) {
    this(momentum, epsilon, true, true);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.features(inputs);
    return Inputs.one(inputs);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape channels = Shape.of(Inputs.features(inputs));
    List<Weight> weights = affine().weights(inputs);
    weights.add(Weight.statistic("moving_mean", channels, Initializer.ZEROS));
    weights.add(Weight.statistic("moving_variance", channels, Initializer.ONES));
    weights.add(Weight.statistic("count", Shape.of(1), Initializer.ZEROS));
    return weights;
  }

  @Override
  public Scope scope() {
    return acrossReplicas ? Scope.BATCH : Scope.REPLICA;
  }

  @Override
  public Layer fusedWith(Layer next) {
    return Elementwise.isRectifier(next) ? new RectifiedBatchNormalization(this) : null;
  }

  @Override
  public void forward(Pass pass) {
    forward(pass, Float.NEGATIVE_INFINITY);
  }

  /** Computes the output, at least {@code least}. */
  void forward(Pass pass, float least) {
    Shape channels = channels(pass);
    Tensor mean = mean(pass);
    Tensor inverse = pass.saved(INVERSE_DEVIATION, channels);
    Tensor factor = pass.scratch(SCALE, channels);
    Tensor shift = pass.scratch(SHIFT, channels);
    Tensor variance = pass.weight(movingVariance());
    if (pass.training()) {
      variance = inverse;
      if (acrossReplicas) {
        wholeMoments(pass, mean, variance);
      } else {
        moments(counted(pass), shift, mean, variance);
      }
    }
    for (int c = 0; c < channels.size(); c++) {
      set(inverse, c, 1 / Math.sqrt(get(variance, c) + epsilon));
    }
    Tensor gamma = affine().gamma(pass);
    Tensor beta = affine().beta(pass);
    for (int c = 0; c < channels.size(); c++) {
      set(factor, c, get(gamma, c) * get(inverse, c));
      set(shift, c, get(beta, c) - get(mean, c) * get(factor, c));
    }
    Channels.affine(pass.input(), factor, shift, least, pass.output());
  }

  @Override
  public void backward(Pass pass) {
    backward(pass, null);
  }

  /**
   * With n elements a channel and x' the normalised input: {@code dbeta = sum dy}, {@code dgamma =
   * sum dy x'}, {@code dx = gamma / deviation * (dy - dbeta / n - x' dgamma / n)}. Moving
   * statistics do not depend on x: as if there were infinitely many elements.
   *
   * @param rectified the output if a rectifier follows, else null
   */
  void backward(Pass pass, Tensor rectified) {
    Shape channels = channels(pass);
    Tensor mean = mean(pass);
    Tensor inverse = pass.saved(INVERSE_DEVIATION, channels);
    Tensor sum = pass.scratch(SHIFT, channels);
    Tensor sumOfProducts = pass.scratch(SLOPE, channels);
    Maths.fill(sum, 0);
    Maths.fill(sumOfProducts, 0);
    Tensor x = pass.input();
    Tensor dy = pass.outputGradient();
    Channels.addGradients(x, mean, rectified, dy, sum, sumOfProducts);
    Maths.multiplyElements(sumOfProducts, inverse, sumOfProducts);
    affine().addGradients(pass, sumOfProducts, sum);
    if (pass.training()) {
      addStatistics(pass, mean, inverse);
    }
    if (pass.wantsInputGradient(0)) {
      double n = pass.training() ? Math.max(1, positions(pass)) : Double.POSITIVE_INFINITY;
      Tensor gamma = affine().gamma(pass);
      if (pass.training() && acrossReplicas) {
        wholeGradients(pass, rectified, sum, sumOfProducts);
      }
      Tensor factor = pass.scratch(SCALE, channels);
      for (int c = 0; c < channels.size(); c++) {
        double scale = get(gamma, c) * get(inverse, c);
        set(factor, c, scale);
        set(sum, c, -scale * get(sum, c) / n);
        set(sumOfProducts, c, -scale * get(sumOfProducts, c) * get(inverse, c) / n);
      }
      Channels.gradient(x, mean, rectified, dy, factor, sumOfProducts, sum, pass.inputGradient());
      Steps.clear(pass.inputGradient(), pass.mask());
    }
  }

  /**
   * Adds, for each position, the mean deviation from the old moving mean and its mean square: sums
   * over any replicas, which do not cancel as those of x and x^2 would once the moving mean is
   * near. Of a whole batch's statistics one replica hands in all.
   */
  private void addStatistics(Pass pass, Tensor mean, Tensor inverse) {
    double n = positions(pass);
    if (acrossReplicas && get(pass.saved(WHOLE, Shape.of(2)), 1) == 0) {
      return;
    }
    Tensor old = pass.weight(movingMean());
    Tensor sums = pass.weightGradient(movingMean());
    Tensor squares = pass.weightGradient(movingVariance());
    for (int c = 0; c < mean.size(); c++) {
      double deviation = get(mean, c) - get(old, c);
      double variance = 1 / (get(inverse, c) * get(inverse, c)) - epsilon;
      set(sums, c, get(sums, c) + n * deviation);
      set(squares, c, get(squares, c) + n * (variance + deviation * deviation));
    }
    Tensor counts = pass.weightGradient(counts());
    set(counts, 0, get(counts, 0) + n);
  }

  @Override
  public void updateStatistics(List<Tensor> weights, List<Tensor> sums, long rows) {
    double n = get(sums.get(counts()), 0);
    if (n == 0) {
      return;
    }
    Tensor mean = weights.get(movingMean());
    Tensor variance = weights.get(movingVariance());
    for (int c = 0; c < mean.size(); c++) {
      double deviation = get(sums.get(movingMean()), c) / n;
      double batch = get(sums.get(movingVariance()), c) / n - deviation * deviation;
      set(mean, c, get(mean, c) + (1 - momentum) * deviation);
      set(variance, c, momentum * get(variance, c) + (1 - momentum) * Math.max(batch, 0));
    }
    set(weights.get(counts()), 0, n);
  }

  /**
   * The mean and variance of each channel, as deviations from the mean of some first positions: so
   * one pass is enough, and large means cancel nothing.
   *
   * @param center receives that mean
   */
  private static void moments(Tensor x, Tensor center, Tensor mean, Tensor variance) {
    int some = Math.min(x.rows(), FIRST_POSITIONS);
    Tensor first = new Tensor(x.data(), x.offset(), Shape.of(some, x.columns()));
    Maths.fill(center, 0);
    Maths.sumRows(first, center);
    Maths.scale(1f / some, center, center);
    Maths.fill(mean, 0);
    Maths.fill(variance, 0);
    Channels.addDeviations(x, center, mean, variance);
    int n = x.rows();
    for (int c = 0; c < center.size(); c++) {
      double deviation = get(mean, c) / n;
      set(variance, c, Math.max(0, get(variance, c) / n - deviation * deviation));
      set(mean, c, get(center, c) + deviation);
    }
  }

  /** The number of positions that the statistics are of. */
  private double positions(Pass pass) {
    return acrossReplicas ? get(pass.saved(WHOLE, Shape.of(2)), 0) : count(pass);
  }

  /** The mean and variance of each channel over the whole batch. */
  private static void wholeMoments(Pass pass, Tensor mean, Tensor variance) {
    int channels = mean.size();
    ExactSums own = new ExactSums(2 * channels + 1);
    double[] sums = new double[2 * channels];
    Tensor x = pass.input();
    int positions = x.rows() / pass.rows();
    for (int row = 0; row < pass.rows(); row++) {
      Arrays.fill(sums, 0);
      for (int position = 0; position < positions; position++) {
        if (counts(pass, row, position)) {
          int start = x.offset() + (row * positions + position) * channels;
          for (int c = 0; c < channels; c++) {
            double value = x.data()[start + c];
            sums[c] += value;
            sums[channels + c] += value * value;
          }
        }
      }
      add(sums, own);
    }
    own.add(2 * channels, count(pass));
    Pass.Total total = pass.addUp(own);
    Tensor whole = pass.saved(WHOLE, Shape.of(2));
    set(whole, 0, total.sums()[2 * channels]);
    set(whole, 1, total.isFirst() ? 1 : 0);
    double n = Math.max(1, total.sums()[2 * channels]);
    for (int c = 0; c < channels; c++) {
      double average = total.sums()[c] / n;
      set(mean, c, average);
      set(variance, c, Math.max(0, total.sums()[channels + c] / n - average * average));
    }
  }

  /** The sums of dy and of dy x' over the whole batch. */
  private void wholeGradients(Pass pass, Tensor rectified, Tensor sum, Tensor sumOfProducts) {
    Tensor x = pass.input();
    Tensor dy = pass.outputGradient();
    Tensor mean = mean(pass);
    Tensor inverse = pass.saved(INVERSE_DEVIATION, channels(pass));
    int channels = sum.size();
    ExactSums own = new ExactSums(2 * channels);
    double[] sums = new double[2 * channels];
    int size = x.size() / pass.rows();
    for (int row = 0; row < pass.rows(); row++) {
      Arrays.fill(sums, 0);
      for (int i = row * size; i < (row + 1) * size; i++) {
        if (rectified == null || !(rectified.data()[rectified.offset() + i] <= 0)) {
          double gradient = dy.data()[dy.offset() + i];
          int c = i % channels;
          sums[c] += gradient;
          sums[channels + c] += gradient * (x.data()[x.offset() + i] - get(mean, c));
        }
      }
      add(sums, own);
    }
    Pass.Total total = pass.addUp(own);
    for (int c = 0; c < channels; c++) {
      set(sum, c, total.sums()[c]);
      set(sumOfProducts, c, total.sums()[channels + c] * get(inverse, c));
    }
  }

  private static void add(double[] sums, ExactSums to) {
    for (int i = 0; i < sums.length; i++) {
      to.add(i, sums[i]);
    }
  }

  private static boolean counts(Pass pass, int row, int position) {
    Mask mask = pass.mask();
    int perStep = mask == null ? 1 : pass.input().rows() / (mask.rows() * mask.steps());
    return mask == null || mask.counts(row, position / perStep);
  }

  /** The number of positions that count. */
  private static int count(Pass pass) {
    Mask mask = pass.mask();
    if (mask == null) {
      return pass.input().rows();
    }
    int steps = 0;
    for (int row = 0; row < mask.rows(); row++) {
      steps += mask.count(row);
    }
    return steps * (pass.input().rows() / (mask.rows() * mask.steps()));
  }

  /** The positions that count, one after another; one of zeros if there are none. */
  private static Tensor counted(Pass pass) {
    Tensor x = pass.input();
    Mask mask = pass.mask();
    if (mask == null) {
      return x;
    }
    int size = x.size() / (mask.rows() * mask.steps());
    Tensor counted = pass.scratch(COUNTED, Shape.of(Math.max(1, count(pass)), x.columns()));
    Maths.fill(counted, 0);
    int end = counted.offset();
    for (int row = 0; row < mask.rows(); row++) {
      for (int step = 0; step < mask.length(row); step++) {
        if (mask.counts(row, step)) {
          int start = x.offset() + (row * mask.steps() + step) * size;
          System.arraycopy(x.data(), start, counted.data(), end, size);
          end += size;
        }
      }
    }
    return counted;
  }

  private Affine affine() {
    return new Affine(center, scale);
  }

  private int movingMean() {
    return affine().size();
  }

  private int movingVariance() {
    return affine().size() + 1;
  }

  private int counts() {
    return affine().size() + 2;
  }

  /** The mean by which this pass normalises. */
  private Tensor mean(Pass pass) {
    return pass.training() ? pass.saved(MEAN, channels(pass)) : pass.weight(movingMean());
  }

  private static Shape channels(Pass pass) {
    return Shape.of(pass.input().columns());
  }

  private static double get(Tensor tensor, int index) {
    return tensor.data()[tensor.offset() + index];
  }

  private static void set(Tensor tensor, int index, double value) {
    tensor.data()[tensor.offset() + index] = (float) value;
  }
}
