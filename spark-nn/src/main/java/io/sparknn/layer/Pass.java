package io.sparknn.layer;

import io.sparknn.tensor.ExactSums;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.SparseMatrix;
import io.sparknn.tensor.SparseRows;
import io.sparknn.tensor.Tensor;
import java.util.function.Function;

/**
 * What a layer sees of one batch: its inputs, output, weights and gradients, each a view with the
 * batch's rows as first axis, and memory that is planned once and reused for every batch. Ragged
 * sequences are padded to the longest of the batch, and masked.
 */
public interface Pass {

  /** Whether this is a training step: dropout drops, batch normalisation uses the batch. */
  boolean training();

  /** The number of rows in the batch. */
  int rows();

  /** The number of inputs. */
  int inputs();

  Tensor input(int index);

  default Tensor input() {
    return input(0);
  }

  /** An input whose rows are sparse; null if they are not, and {@link #input} has them. */
  SparseMatrix sparseInput(int index);

  Tensor output();

  /** Where to write a sparse output; null if it is not, and {@link #output} is to be written. */
  SparseMatrix sparseOutput();

  Tensor weight(int index);

  /** Whether the weights are those of the last pass, so that what was made of them still holds. */
  boolean hasFixedWeights();

  /**
   * Which steps (the first axis after the batch's) of an input count; null if all do, as in input
   * that is not ragged.
   */
  Mask mask(int index);

  default Mask mask() {
    return mask(0);
  }

  /**
   * The gradient of the loss by the output; 0 at steps that do not count. The backward pass may
   * overwrite it.
   */
  Tensor outputGradient();

  /** Whether anybody needs the gradient of this input. */
  boolean wantsInputGradient(int index);

  /** Where to write the gradient of an input that is wanted. */
  Tensor inputGradient(int index);

  default Tensor inputGradient() {
    return inputGradient(0);
  }

  /** Whether anybody needs the gradient of this weight; frozen weights need none. */
  boolean wantsWeightGradient(int index);

  /**
   * Where to add the gradient of a weight that is no table, or the sums of a statistic. What is
   * added for a frozen weight is lost.
   */
  Tensor weightGradient(int index);

  /**
   * Where to add the gradients of a table's rows, or those of a kernel that multiplies a sparse
   * input, if they are wanted.
   */
  SparseRows tableGradient(int index);

  /** Memory of the layer's own that lives from its forward to its backward pass. */
  Tensor saved(int slot, Shape shape);

  /** Memory shared by all layers, its content lost when the call returns. */
  Tensor scratch(int slot, Shape shape);

  /**
   * What the layer prepares once for all batches of this shape: made at the first call, and anew
   * once the shapes, the number of rows or {@link #training} have changed. It may hold tensors of
   * the inputs, the output and memory, and their gradients, which stay the same until then; not
   * masks, weights or their gradients, which do not.
   *
   * @param maker the same in every call
   */
  <T> T plan(Function<Pass, T> maker);

  /**
   * Adds up numbers over all replicas that compute the same batch. To be called in training alone,
   * equally often by the passes of all replicas that have rows; a pass may end in it and be made
   * again, so it must come to the same each time.
   *
   * @param own this replica's part, taken over
   */
  Total addUp(ExactSums own);

  /**
   * Sums over all replicas.
   *
   * @param sums each rounded once
   * @param isFirst whether this replica has the first row of the batch: it alone hands in what is
   *     to be counted once
   */
  record Total(double[] sums, boolean isFirst) {}

  /** A random key of this layer, iteration and row: the same in the forward and backward pass. */
  int randomKey(int row);
}
