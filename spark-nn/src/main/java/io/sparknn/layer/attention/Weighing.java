package io.sparknn.layer.attention;

import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Steps;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What all attention layers share: in each head the values are weighed by the softmax of every
 * query's scores, {@code y = dropout(softmax(scores)) v}. The softmax is over the keys that count
 * and, if causal, do not come after the query; a query without any gets 0. Padding is not computed.
 */
final class Weighing {
  private final Pass pass;
  private final Mask queryMask;
  private final Mask keyMask;
  private final boolean causal;
  private final float dropout;
  private final Tensor weights;

  Weighing(Pass pass, int heads, boolean causal, double dropout) {
    int queries = Role.QUERY.of(pass).shape().extent(1);
    int keys = Role.KEY.of(pass).shape().extent(1);
    this.pass = pass;
    this.queryMask = pass.mask();
    this.keyMask = Role.keyMask(pass);
    this.causal = causal;
    this.dropout = pass.training() ? (float) dropout : 0;
    this.weights = pass.saved(Slots.WEIGHTS, Shape.of(pass.rows(), heads, queries, keys));
  }

  /** The softmax of the last forward pass: (rows, heads, queries, keys). */
  Tensor weights() {
    return weights;
  }

  /** The softmax of the only head: (rows, queries, keys). */
  Tensor weightsOfOne() {
    return weights.as(Shape.of(pass.rows(), weights.shape().extent(2), weights.columns()));
  }

  /**
   * Writes the output.
   *
   * @param scores writes a block's scores
   */
  void forward(Consumer<Block> scores, Heads values, Heads output) {
    for (int row = 0; row < pass.rows(); row++) {
      for (int head = 0; head < heads(); head++) {
        Block block = block(row, head, weights, start(row, head));
        scores.accept(block);
        softmax(block);
        Matrix y = output.of(block, block.queries());
        y.product(1, dropped(block), false, values.of(block, block.keys()), false, 0);
      }
    }
    Steps.clear(output.tensor(), queryMask);
  }

  /**
   * Writes the gradient of the values.
   *
   * @param scores reads the gradient of a block's scores
   */
  void backward(Heads values, Heads outputGradient, Heads valueGradient, Consumer<Block> scores) {
    for (int row = 0; row < pass.rows(); row++) {
      for (int head = 0; head < heads(); head++) {
        Block block = block(row, head, weights, start(row, head));
        Matrix dy = outputGradient.of(block, block.queries());
        Matrix v = values.of(block, block.keys());
        valueGradient
            .of(block, block.keys())
            .product(1, dropped(block), true, dy, false, valueGradient.beta(block));
        Block gradient = scratch(block);
        gradient.matrix().product(1, dy, false, v, true, 0);
        drop(gradient, gradient.matrix());
        softmaxGradient(block.matrix(), gradient.matrix());
        scores.accept(gradient);
      }
    }
    Steps.clear(valueGradient.tensor(), keyMask);
  }

  private int heads() {
    return weights.shape().extent(1);
  }

  private int start(int row, int head) {
    return weights.offset()
        + (row * heads() + head) * weights.shape().extent(2) * weights.columns();
  }

  private Block block(int row, int head, Tensor memory, int start) {
    int queries = queryMask == null ? weights.shape().extent(2) : queryMask.length(row);
    int keys = keyMask == null ? weights.columns() : keyMask.length(row);
    Matrix matrix = new Matrix(memory.data(), start, weights.columns(), queries, keys);
    return new Block(row, head, heads(), matrix);
  }

  private Block scratch(Block block) {
    Tensor memory =
        pass.scratch(Slots.WEIGHTS, Shape.of(weights.shape().extent(2), weights.columns()));
    return block(block.row(), block.head(), memory, memory.offset());
  }

  private void softmax(Block block) {
    Matrix x = block.matrix();
    int first = firstKey(block.row());
    for (int query = 0; query < x.rows(); query++) {
      int start = x.start(query);
      int end = causal ? Math.min(query + 1, x.columns()) : x.columns();
      if (first < end) {
        hideKeys(block.row(), x, start, end);
        Maths.softmax(x.data(), start, x.data(), start, 1, end);
      } else {
        end = 0;
      }
      Arrays.fill(x.data(), start + end, start + x.stride(), 0);
    }
    int end = start(block.row(), block.head() + 1);
    Arrays.fill(x.data(), x.start(x.rows()), end, 0);
  }

  /** The first key of a row that counts. */
  private int firstKey(int row) {
    int key = 0;
    while (keyMask != null && key < keyMask.length(row) && !keyMask.counts(row, key)) {
      key++;
    }
    return key;
  }

  private void hideKeys(int row, Matrix x, int start, int end) {
    for (int key = 0; keyMask != null && key < end; key++) {
      if (!keyMask.counts(row, key)) {
        x.data()[start + key] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** A block's weights after dropout. */
  private Matrix dropped(Block block) {
    if (dropout == 0) {
      return block.matrix();
    }
    Matrix kept = scratch(block).matrix();
    drop(block, kept);
    return kept;
  }

  /** A key is dropped or not for each row, head and query, however they are padded. */
  private void drop(Block from, Matrix to) {
    if (dropout == 0) {
      return;
    }
    Matrix x = from.matrix();
    long key = Randoms.key(pass.randomKey(from.row()), from.head());
    for (int query = 0; query < x.rows(); query++) {
      int queryKey = (int) Randoms.key(key, query);
      Maths.dropout(
          dropout, queryKey, x.data(), x.start(query), to.data(), to.start(query), x.columns());
    }
  }

  private static void softmaxGradient(Matrix y, Matrix gradient) {
    for (int query = 0; query < y.rows(); query++) {
      int start = gradient.start(query);
      Maths.softmaxGradient(
          y.data(), y.start(query), gradient.data(), start, gradient.data(), start, 1, y.columns());
    }
  }
}
