package io.sparknn.layer.merge;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.SparseMatrix;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Two or more inputs one after another along an axis; their other extents are equal. Input {@code
 * i} {@code (..., n_i, ...)}, output {@code (..., n_1 + n_2 + ..., ...)}. Rows of different lengths
 * cannot be joined along their steps.
 *
 * @param axis as in Keras: 1 is the first axis of a row (0 is the batch's), -1 the last
 */
public record Concatenate(int axis) implements Layer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.checkSeveral(inputs);
    Shape shape = inputs.get(0);
    int along = Merge.axis(axis, shape);
    int extent = 0;
    for (Shape input : inputs) {
      Shape other = input.rank() == shape.rank() ? input.with(along, shape.extent(along)) : input;
      if (!shape.isCompatible(other)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "expects inputs that differ on axis %d only; received %s: bring the branches to the same shape first",
                axis,
                inputs));
      }
      shape = shape.refine(other);
      extent = sum(extent, input.extent(along), inputs);
    }
    return shape.with(along, extent);
  }

  private int sum(int a, int b, List<Shape> inputs) {
    if (b == Shape.RAGGED) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expects rows of one length along axis %d; received %s: join their features (axis -1) instead",
              axis,
              inputs));
    }
    return a == Shape.UNKNOWN || b == Shape.UNKNOWN
        ? Shape.UNKNOWN
        : Sizes.extent((long) a + b, "joining the inputs");
  }

  /** Those of all inputs, one after another, if these are joined along their steps. */
  @Override
  public Mask outputMask(Pass pass) {
    if (pass.sparseOutput() != null) {
      return null;
    }
    return along(pass) == 1 ? joinedMask(pass) : Merge.mask(pass);
  }

  private static Mask joinedMask(Pass pass) {
    int steps = pass.output().shape().extent(1);
    boolean[] counts = new boolean[pass.rows() * steps];
    boolean all = true;
    int start = 0;
    for (int i = 0; i < pass.inputs(); i++) {
      Mask mask = pass.mask(i);
      int own = pass.input(i).shape().extent(1);
      for (int k = 0; k < pass.rows() * own; k++) {
        boolean counted = mask == null || mask.counts(k / own, k % own);
        counts[k / own * steps + start + k % own] = counted;
        all &= counted;
      }
      start += own;
    }
    return all ? null : new Mask(steps, counts);
  }

  @Override
  public boolean passesSparseOn() {
    return true;
  }

  @Override
  public void forward(Pass pass) {
    if (pass.sparseOutput() != null) {
      joinSparse(pass, pass.sparseOutput());
      return;
    }
    int start = 0;
    for (int i = 0; i < pass.inputs(); i++) {
      Tensor x = pass.input(i);
      int size = size(x, along(pass));
      int whole = size(pass.output(), along(pass));
      for (int k = 0; k < x.size() / size; k++) {
        copy(x, k * size, pass.output(), k * whole + start, size);
      }
      start += size;
    }
  }

  private static void joinSparse(Pass pass, SparseMatrix output) {
    for (int row = 0; row < pass.rows(); row++) {
      output.addRow();
      int start = 0;
      for (int i = 0; i < pass.inputs(); i++) {
        SparseMatrix sparse = pass.sparseInput(i);
        if (sparse != null) {
          output.add(sparse, row, start);
          start += sparse.columns();
        } else {
          Tensor x = pass.input(i);
          output.add(x.data(), x.offset() + row * x.columns(), x.columns(), start);
          start += x.columns();
        }
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    int start = 0;
    for (int i = 0; i < pass.inputs(); i++) {
      int size = size(pass.input(i), along(pass));
      int whole = size(pass.output(), along(pass));
      for (int k = 0; pass.wantsInputGradient(i) && k < pass.input(i).size() / size; k++) {
        copy(pass.outputGradient(), k * whole + start, pass.inputGradient(i), k * size, size);
      }
      start += size;
    }
  }

  private static void copy(Tensor from, int at, Tensor to, int start, int n) {
    System.arraycopy(from.data(), from.offset() + at, to.data(), to.offset() + start, n);
  }

  private int along(Pass pass) {
    return Merge.axisOfBatch(axis, pass.output());
  }

  /** The number of elements that lie together from an axis on. */
  private static int size(Tensor batch, int axis) {
    int size = 1;
    for (int i = axis; i < batch.shape().rank(); i++) {
      size *= batch.shape().extent(i);
    }
    return size;
  }
}
