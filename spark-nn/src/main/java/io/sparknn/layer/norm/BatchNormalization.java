package io.sparknn.layer.norm;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Batch normalisation over the last axis (Ioffe and Szegedy, ICML 2015): {@code y = gamma * (x -
 * mean) / sqrt(variance + epsilon) + beta} for each channel.
 *
 * <p>Input and output {@code (..., channels)}. Weights: {@code gamma, beta, moving_mean,
 * moving_variance}, each {@code (channels)}. In training, mean and (biased) variance are those of
 * the rows that the replica holds; the moving statistics follow those of the whole batch: {@code
 * moving = momentum * moving + (1 - momentum) * batch}, computed from sums over all replicas.
 * Scoring uses the moving statistics. Rows count alike, whatever their weights.
 */
public record BatchNormalization(double momentum, double epsilon) implements Layer {

  private static final int GAMMA = 0;
  private static final int BETA = 1;
  private static final int MOVING_MEAN = 2;
  private static final int MOVING_VARIANCE = 3;

  private static final int MEAN = 0;
  private static final int INVERSE_DEVIATION = 1;

  private static final int SCALE = 0;
  private static final int SHIFT = 1;
  private static final int NORMALIZED = 2;

  public BatchNormalization {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must be in [0, 1); received " + momentum);
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon must be above 0; received " + epsilon);
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.one(inputs);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape channels = Shape.of(Inputs.one(inputs).last());
    return List.of(
        Weight.trainable("gamma", channels, Initializer.ONES),
        Weight.trainable("beta", channels, Initializer.ZEROS),
        Weight.statistic("moving_mean", channels, Initializer.ZEROS),
        Weight.statistic("moving_variance", channels, Initializer.ONES));
  }

  @Override
  public void forward(Pass pass) {
    Shape channels = channels(pass);
    Tensor mean = pass.weight(MOVING_MEAN);
    Tensor inverse = pass.saved(INVERSE_DEVIATION, channels);
    Tensor variance = pass.weight(MOVING_VARIANCE);
    if (pass.training()) {
      mean = pass.saved(MEAN, channels);
      variance = inverse;
      moments(pass.input(), mean, variance);
    }
    for (int c = 0; c < channels.size(); c++) {
      set(inverse, c, 1 / Math.sqrt(get(variance, c) + epsilon));
    }
    Tensor scale = pass.scratch(SCALE, channels);
    Tensor shift = pass.scratch(SHIFT, channels);
    for (int c = 0; c < channels.size(); c++) {
      set(scale, c, get(pass.weight(GAMMA), c) * get(inverse, c));
      set(shift, c, get(pass.weight(BETA), c) - get(mean, c) * get(scale, c));
    }
    Maths.affineRows(pass.input(), scale, shift, pass.output());
  }

  /**
   * With n elements a channel and x' the normalised input: {@code dbeta = sum dy}, {@code dgamma =
   * sum dy x'}, {@code dx = gamma / deviation * (dy - dbeta / n - x' dgamma / n)}.
   */
  @Override
  public void backward(Pass pass) {
    Shape channels = channels(pass);
    Tensor mean = pass.saved(MEAN, channels);
    Tensor inverse = pass.saved(INVERSE_DEVIATION, channels);
    Tensor scale = pass.scratch(SCALE, channels);
    Tensor shift = pass.scratch(SHIFT, channels);
    Tensor normalized = pass.scratch(NORMALIZED, pass.input().shape());
    for (int c = 0; c < channels.size(); c++) {
      set(shift, c, -get(mean, c) * get(inverse, c));
    }
    Maths.affineRows(pass.input(), inverse, shift, normalized);

    Tensor gradient = pass.outputGradient();
    Tensor sumGradient = pass.scratch(SHIFT, channels);
    Tensor sumProduct = pass.scratch(SCALE, channels);
    Maths.fill(sumGradient, 0);
    Maths.fill(sumProduct, 0);
    Maths.sumRows(gradient, sumGradient);
    Maths.dotRows(gradient, normalized, sumProduct);
    Maths.addScaled(1, sumGradient, pass.weightGradient(BETA));
    Maths.addScaled(1, sumProduct, pass.weightGradient(GAMMA));
    addStatistics(pass, mean, inverse);

    if (pass.wantsInputGradient(0)) {
      float n = pass.input().rows();
      Maths.scale(-1 / n, sumGradient, shift);
      Maths.scale(-1 / n, sumProduct, scale);
      Tensor dx = pass.inputGradient();
      Maths.affineRows(normalized, scale, shift, normalized);
      Maths.add(gradient, normalized, dx);
      Maths.multiplyElements(pass.weight(GAMMA), inverse, scale);
      Maths.fill(shift, 0);
      Maths.affineRows(dx, scale, shift, dx);
    }
  }

  /**
   * Adds, for each row, the mean deviation from the old moving mean and its mean square: sums over
   * any replicas, which do not cancel as those of x and x^2 would once the moving mean is near.
   */
  private void addStatistics(Pass pass, Tensor mean, Tensor inverse) {
    Tensor sums = pass.weightGradient(MOVING_MEAN);
    Tensor squares = pass.weightGradient(MOVING_VARIANCE);
    for (int c = 0; c < mean.size(); c++) {
      double deviation = get(mean, c) - get(pass.weight(MOVING_MEAN), c);
      double variance = 1 / (get(inverse, c) * get(inverse, c)) - epsilon;
      set(sums, c, get(sums, c) + pass.rows() * deviation);
      set(squares, c, get(squares, c) + pass.rows() * (variance + deviation * deviation));
    }
  }

  @Override
  public void updateStatistics(List<Tensor> weights, List<Tensor> sums, long rows) {
    Tensor mean = weights.get(MOVING_MEAN);
    Tensor variance = weights.get(MOVING_VARIANCE);
    for (int c = 0; c < mean.size(); c++) {
      double deviation = get(sums.get(MOVING_MEAN), c) / rows;
      double batch = get(sums.get(MOVING_VARIANCE), c) / rows - deviation * deviation;
      set(mean, c, get(mean, c) + (1 - momentum) * deviation);
      set(variance, c, momentum * get(variance, c) + (1 - momentum) * Math.max(batch, 0));
    }
  }

  private static void moments(Tensor x, Tensor mean, Tensor variance) {
    float n = x.rows();
    Maths.fill(mean, 0);
    Maths.sumRows(x, mean);
    Maths.scale(1 / n, mean, mean);
    Maths.fill(variance, 0);
    Maths.squareRows(x, mean, variance);
    Maths.scale(1 / n, variance, variance);
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
