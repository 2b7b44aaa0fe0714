package io.sparknn.layer.norm;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Group normalisation (Wu and He, ECCV 2018): {@code y = gamma * (x - mean) / sqrt(variance +
 * epsilon) + beta}, with the mean and (biased) variance of each row and group of neighbouring
 * channels, over all positions. Only steps that count take part. One group for each channel is
 * instance normalisation.
 *
 * <p>Input and output {@code (..., channels)}. Weights: {@code gamma}, if {@code scale}, and {@code
 * beta}, if {@code center}, each {@code (channels)}.
 *
 * @param groups a divisor of the number of channels
 */
public record GroupNormalization(int groups, double epsilon, boolean center, boolean scale)
    implements Layer {

  /** The normalised input, row by row and group by group. */
  private static final int GROUPED = 0;

  private static final int INVERSE_DEVIATION = 1;

  private static final int NORMALIZED = Affine.SLOTS;
  private static final int GRADIENT = Affine.SLOTS + 1;
  private static final int GROUPED_GRADIENT = Affine.SLOTS + 2;

  public GroupNormalization {
    Inputs.checkPositive("groups", groups);
    Inputs.checkPositive("epsilon", epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    int channels = Inputs.features(inputs);
    if (channels != Shape.UNKNOWN && channels % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "groups must divide the number of channels; received %d groups for input %s",
              groups,
              inputs.get(0)));
    }
    return Inputs.one(inputs);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return affine().weights(inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor grouped = pass.saved(GROUPED, pass.input().shape());
    Tensor inverse = inverseDeviation(pass);
    Tensor normalized = pass.output();
    Maths.fill(normalized, 0);
    for (int row = 0; row < pass.rows(); row++) {
      int positions = positions(pass, row);
      if (positions > 0) {
        group(pass, row, pass.input(), grouped);
        Tensor matrix = matrix(pass, row, positions, grouped);
        Maths.normalizeRows(matrix, (float) epsilon, matrix, inverse.row(row));
        ungroup(pass, row, grouped, normalized);
      }
    }
    affine().forward(pass, normalized);
  }

  @Override
  public void backward(Pass pass) {
    Shape shape = pass.input().shape();
    Tensor grouped = pass.saved(GROUPED, shape);
    Tensor normalized = pass.scratch(NORMALIZED, shape);
    Maths.fill(normalized, 0);
    for (int row = 0; row < pass.rows(); row++) {
      ungroup(pass, row, grouped, normalized);
    }
    Tensor gradient = affine().backward(pass, normalized, GRADIENT);
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor inverse = inverseDeviation(pass);
    Tensor groupedGradient = pass.scratch(GROUPED_GRADIENT, shape);
    Maths.fill(pass.inputGradient(), 0);
    for (int row = 0; row < pass.rows(); row++) {
      int positions = positions(pass, row);
      if (positions > 0) {
        group(pass, row, gradient, groupedGradient);
        Tensor matrix = matrix(pass, row, positions, groupedGradient);
        Maths.normalizeRowsGradient(
            matrix(pass, row, positions, grouped), matrix, inverse.row(row), matrix);
        ungroup(pass, row, groupedGradient, pass.inputGradient());
      }
    }
  }

  private Affine affine() {
    return new Affine(center, scale);
  }

  private Tensor inverseDeviation(Pass pass) {
    return pass.saved(INVERSE_DEVIATION, Shape.of(pass.rows(), groups));
  }

  /** The number of positions of a row that count. */
  private static int positions(Pass pass, int row) {
    int positions = pass.input().rows() / pass.rows();
    Mask mask = pass.mask();
    return mask == null ? positions : mask.count(row) * (positions / mask.steps());
  }

  /** A row's elements that count, a matrix of a row for each group. */
  private Tensor matrix(Pass pass, int row, int positions, Tensor grouped) {
    int size = grouped.columns() / groups;
    int start = grouped.offset() + row * (grouped.size() / pass.rows());
    return new Tensor(grouped.data(), start, Shape.of(groups, positions * size));
  }

  private void group(Pass pass, int row, Tensor from, Tensor to) {
    visit(pass, row, (at, grouped, n) -> copy(from, at, to, grouped, n));
  }

  private void ungroup(Pass pass, int row, Tensor from, Tensor to) {
    visit(pass, row, (at, grouped, n) -> copy(from, grouped, to, at, n));
  }

  private static void copy(Tensor from, int at, Tensor to, int start, int n) {
    System.arraycopy(from.data(), from.offset() + at, to.data(), to.offset() + start, n);
  }

  /** Receives the places of a position's {@code n} channels of one group. */
  private interface Visitor {
    void visit(int place, int grouped, int n);
  }

  /** Visits the positions of a row that count. */
  private void visit(Pass pass, int row, Visitor visitor) {
    Mask mask = pass.mask();
    int all = pass.input().rows() / pass.rows();
    int positions = positions(pass, row);
    int size = pass.input().columns() / groups;
    int start = row * all * groups * size;
    int counted = 0;
    for (int position = 0; position < all; position++) {
      if (mask == null || mask.counts(row, position / (all / mask.steps()))) {
        for (int group = 0; group < groups; group++) {
          int place = start + (position * groups + group) * size;
          visitor.visit(place, start + (group * positions + counted) * size, size);
        }
        counted++;
      }
    }
  }
}
