package io.sparknn.layer.merge;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The dot products of two inputs along an axis: {@code y[i, j] = sum over k of x1[i, k] * x2[j, k]}
 * for the last axis; of the cosine if {@code normalize}: each vector is divided by its length (of
 * at least 1e-7) first. Steps that do not count are 0.
 *
 * <p>Inputs {@code (n)} or {@code (steps, features)}, output the extents of the first input and
 * then of the second one without that axis, or {@code (1)} if none is left.
 *
 * @param axis as in Keras: 1 is the first axis of a row (0 is the batch's), -1 the last
 */
public record Dot(int axis, boolean normalize) implements Layer {

  private static final double SHORTEST = 1e-7;

  /** From here on for each input, its vectors along the axis as rows of a matrix. */
  private static final int VECTORS = 0;

  private static final int INVERSE_LENGTHS = 2;

  private static final int GRADIENT = 0;

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.checkTwo(inputs);
    List<Integer> extents = new ArrayList<>();
    for (Shape input : inputs) {
      if (input.rank() > 2) {
        throw new IllegalArgumentException(
            "expects inputs of shape (n) or (steps, features); received %s: put a Reshape before it"
                .formatted(inputs));
      }
      if (input.rank() == 2) {
        extents.add(input.extent(1 - along(input)));
      }
    }
    if (!vector(inputs.get(0)).isCompatible(vector(inputs.get(1)))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "expects inputs of one extent on axis %d; received %s", axis, inputs));
    }
    if (extents.lastIndexOf(Shape.RAGGED) > 0) {
      throw new IllegalArgumentException(
          "expects a second input of one number of steps; received %s: pool its steps, or use Attention"
              .formatted(inputs));
    }
    return extents.isEmpty()
        ? Shape.of(1)
        : Shape.of(extents.stream().mapToInt(extent -> extent).toArray());
  }

  private Shape vector(Shape input) {
    return Shape.of(input.extent(along(input)));
  }

  private int along(Shape input) {
    return Merge.axis(axis, input);
  }

  @Override
  public Mask outputMask(Pass pass) {
    if (isAlongSteps(pass, 0)) {
      Merge.mask(pass);
      return null;
    }
    return pass.mask(0);
  }

  @Override
  public void forward(Pass pass) {
    Tensor a = gather(pass, 0);
    Tensor b = gather(pass, 1);
    Tensor y = pass.output();
    int m = a.shape().extent(1);
    int n = b.shape().extent(1);
    int k = a.columns();
    for (int row = 0; row < pass.rows(); row++) {
      int ao = a.offset() + row * m * k;
      int bo = b.offset() + row * n * k;
      int yo = y.offset() + row * m * n;
      Maths.multiply(m, n, k, a.data(), ao, false, b.data(), bo, true, 0, y.data(), yo);
    }
  }

  @Override
  public void backward(Pass pass) {
    for (int i = 0; i < 2; i++) {
      if (pass.wantsInputGradient(i)) {
        backward(pass, i);
      }
    }
  }

  private void backward(Pass pass, int i) {
    Tensor dy = pass.outputGradient();
    Tensor other = vectors(pass, 1 - i);
    Tensor gradient = pass.scratch(GRADIENT, vectors(pass, i).shape());
    int m = gradient.shape().extent(1);
    int n = other.shape().extent(1);
    int k = other.columns();
    for (int row = 0; row < pass.rows(); row++) {
      int from = dy.offset() + row * m * n;
      int at = other.offset() + row * n * k;
      int to = gradient.offset() + row * m * k;
      Maths.multiply(
          m, k, n, dy.data(), from, i == 1, other.data(), at, false, 0, gradient.data(), to);
    }
    scatter(pass, i, gradient);
  }

  /** Writes an input's vectors, of length 1 if asked for. */
  private Tensor gather(Pass pass, int i) {
    Tensor x = pass.input(i);
    Tensor vectors = vectors(pass, i);
    Maths.fill(vectors, 0);
    visit(
        pass,
        i,
        (place, at) -> vectors.data()[vectors.offset() + at] = x.data()[x.offset() + place]);
    Tensor inverses = inverseLengths(pass, i);
    int k = vectors.columns();
    for (int v = 0; normalize && v < vectors.rows(); v++) {
      int at = vectors.offset() + v * k;
      double length = Math.sqrt(Maths.dot(vectors.data(), at, vectors.data(), at, k));
      // A vector too long to measure must not come out as 0.
      float inverse =
          length < Double.POSITIVE_INFINITY ? (float) (1 / Math.max(length, SHORTEST)) : Float.NaN;
      inverses.data()[inverses.offset() + v] = inverse;
      Maths.scale(inverse, vectors.data(), at, vectors.data(), at, k);
    }
    return vectors;
  }

  /** With u = v / |v|: {@code dv = (du - u (du . u)) / |v|}, written where v came from. */
  private void scatter(Pass pass, int i, Tensor gradient) {
    Tensor vectors = vectors(pass, i);
    Tensor inverses = inverseLengths(pass, i);
    int k = vectors.columns();
    for (int v = 0; normalize && v < vectors.rows(); v++) {
      int at = vectors.offset() + v * k;
      int to = gradient.offset() + v * k;
      double dot = Maths.dot(gradient.data(), to, vectors.data(), at, k);
      Maths.addScaled((float) -dot, vectors.data(), at, gradient.data(), to, k);
      float inverse = inverses.data()[inverses.offset() + v];
      Maths.scale(inverse, gradient.data(), to, gradient.data(), to, k);
    }
    Tensor dx = pass.inputGradient(i);
    Maths.fill(dx, 0);
    visit(
        pass,
        i,
        (place, at) -> dx.data()[dx.offset() + place] = gradient.data()[gradient.offset() + at]);
  }

  private boolean isAlongSteps(Pass pass, int i) {
    return Merge.axisOfBatch(axis, pass.input(i)) == 1;
  }

  private Tensor vectors(Pass pass, int i) {
    int k = pass.input(i).shape().extent(Merge.axisOfBatch(axis, pass.input(i)));
    int count = pass.input(i).size() / (pass.rows() * k);
    return pass.saved(VECTORS + i, Shape.of(pass.rows(), count, k));
  }

  private Tensor inverseLengths(Pass pass, int i) {
    return pass.saved(INVERSE_LENGTHS + i, Shape.of(vectors(pass, i).rows()));
  }

  /** Receives an element's place in the input and among the vectors. */
  private interface Visitor {
    void visit(int place, int at);
  }

  /** Visits the elements at steps that count. */
  private void visit(Pass pass, int i, Visitor visitor) {
    Mask mask = pass.mask(i);
    boolean alongSteps = isAlongSteps(pass, i);
    Tensor vectors = vectors(pass, i);
    int count = vectors.shape().extent(1);
    int k = vectors.columns();
    for (int at = 0; at < vectors.size(); at++) {
      int row = at / (count * k);
      int vector = at / k % count;
      int step = alongSteps ? at % k : vector;
      if (mask == null || mask.counts(row, step)) {
        visitor.visit(alongSteps ? (row * k + step) * count + vector : at, at);
      }
    }
  }
}
