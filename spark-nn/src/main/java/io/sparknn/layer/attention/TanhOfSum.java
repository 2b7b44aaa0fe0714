package io.sparknn.layer.attention;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;

/**
 * Scores by a hidden layer: {@code tanh(q + k) scale}, for one query with all its keys at a time.
 *
 * @param scale the weight of each feature
 */
record TanhOfSum(Pass pass, Heads queries, Heads keys, Tensor scale) {
  /** Writes a block's scores. */
  void scores(Block block) {
    for (int query = 0; query < block.queries(); query++) {
      Matrix hidden = hidden(block, query);
      block.matrix().transposedRow(query).product(1, hidden, false, column(scale), false, 0);
    }
  }

  /**
   * Adds the gradients of a block's queries, keys and scale from that of its scores.
   *
   * @param scaleGradient null if it is not wanted
   */
  void addGradients(Block block, Heads queryGradient, Heads keyGradient, Tensor scaleGradient) {
    Matrix gradient = matrix(Slots.HIDDEN_GRADIENT, block);
    int start = gradient.start();
    int size = block.keys() * queries.size();
    for (int query = 0; query < block.queries(); query++) {
      Matrix hidden = hidden(block, query);
      Matrix scores = block.matrix().transposedRow(query);
      if (scaleGradient != null) {
        column(scaleGradient).product(1, hidden, true, scores, false, 1);
      }
      gradient.product(1, scores, false, column(scale), true, 0);
      Maths.tanhGradient(
          hidden.data(), hidden.start(), gradient.data(), start, gradient.data(), start, size);
      Matrix q = queryGradient.queriesOf(block);
      Matrix k = keyGradient.keysOf(block);
      Maths.sumRows(gradient.data(), start, q.data(), q.start(query), block.keys(), queries.size());
      Maths.addScaled(1, gradient.data(), start, k.data(), k.start(), size);
    }
  }

  /** {@code tanh(q + k)} of one query and all keys: (keys, features). */
  private Matrix hidden(Block block, int query) {
    Matrix q = queries.queriesOf(block);
    Matrix k = keys.keysOf(block);
    Matrix y = matrix(Slots.HIDDEN, block);
    Maths.addToRows(
        k.data(),
        k.start(),
        q.data(),
        q.start(query),
        y.data(),
        y.start(),
        block.keys(),
        queries.size());
    Maths.tanh(y.data(), y.start(), y.data(), y.start(), block.keys() * queries.size());
    return y;
  }

  private Matrix matrix(int slot, Block block) {
    Tensor memory = pass.scratch(slot, keys.tensor().row(0).shape());
    return new Matrix(
        memory.data(), memory.offset(), memory.columns(), block.keys(), memory.columns());
  }

  private static Matrix column(Tensor vector) {
    return new Matrix(vector.data(), vector.offset(), 1, vector.size(), 1);
  }
}
