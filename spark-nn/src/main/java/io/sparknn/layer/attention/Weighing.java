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
  /** The queries of a causal block, which skips the keys that none of them sees. */
  private static final int PART = 64;

  private final Pass pass;
  private final boolean causal;
  private final float dropout;
  private final int heads;

  /** Of all heads of all rows, (rows, heads, queries, keys), or of one: (queries, keys). */
  private final Tensor weights;

  /** Whether {@link #weights} are of all heads, as the backward pass needs them. */
  private final boolean keepsAll;

  /** The weights of all heads of the last forward pass, if one asked for them; null otherwise. */
  private Tensor all;

  // Of the last batch.
  private Mask queryMask;
  private Mask keyMask;

  /** A plan for all batches of this shape. */
  Weighing(Pass pass, int heads, boolean causal, double dropout) {
    this(pass, heads, causal, dropout, pass.training());
  }

  private Weighing(Pass pass, int heads, boolean causal, double dropout, boolean keepsAll) {
    int queries = Role.QUERY.of(pass).shape().extent(1);
    int keys = Role.KEY.of(pass).shape().extent(1);
    this.pass = pass;
    this.causal = causal;
    this.dropout = pass.training() ? (float) dropout : 0;
    this.heads = heads;
    this.keepsAll = keepsAll;
    this.weights =
        keepsAll
            ? pass.saved(Slots.WEIGHTS, Shape.of(pass.rows(), heads, queries, keys))
            : pass.scratch(Slots.WEIGHTS, Shape.of(queries, keys));
  }

  /**
   * The softmax of the last forward pass, (rows, heads, queries, keys): computed once more if that
   * was for scoring, which does not keep it.
   *
   * @param scores writes a block's scores
   */
  Tensor weights(Consumer<Block> scores) {
    if (keepsAll) {
      return weights;
    }
    if (all == null) {
      Weighing complete = new Weighing(pass, heads, causal, 0, true);
      complete.writeWeights(scores);
      all = complete.weights;
    }
    return all;
  }

  private void readMasks() {
    queryMask = pass.mask();
    keyMask = Role.keyMask(pass);
  }

  private void writeWeights(Consumer<Block> scores) {
    readMasks();
    for (int row = 0; row < pass.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        for (int part = 0; part < parts(row); part++) {
          Block block = block(row, head, part);
          scores.accept(block);
          softmax(block);
        }
        clearPadding(row, head);
      }
    }
  }

  /** The softmax of the only head: (rows, queries, keys). */
  Tensor weightsOfOne(Consumer<Block> scores) {
    Tensor all = weights(scores);
    return all.as(Shape.of(pass.rows(), all.shape().extent(2), all.columns()));
  }

  /** Reads the gradient of a block's scores. */
  interface GradientReader {
    /**
     * Reads a block.
     *
     * @param beta 0 if its keys' gradient is to be written, 1 if it is to be added
     */
    void read(Block block, int beta);
  }

  /**
   * Writes the output.
   *
   * @param scores writes a block's scores
   */
  void forward(Consumer<Block> scores, Heads values, Heads output) {
    readMasks();
    all = null;
    for (int row = 0; row < pass.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        for (int part = 0; part < parts(row); part++) {
          Block block = block(row, head, part);
          scores.accept(block);
          softmax(block);
          Matrix y = output.queriesOf(block);
          y.product(1, dropped(block), false, values.keysOf(block), false, 0);
        }
        if (keepsAll) {
          clearPadding(row, head);
        }
      }
    }
    Steps.clear(output.tensor(), queryMask);
  }

  /**
   * Writes the gradient of the values.
   *
   * @param scores reads the gradient of a block's scores
   */
  void backward(Heads values, Heads outputGradient, Heads valueGradient, GradientReader scores) {
    for (int row = 0; row < pass.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        // The last part has all keys, so it comes first and the others add to it.
        for (int part = parts(row) - 1; part >= 0; part--) {
          Block block = block(row, head, part);
          int beta = part == parts(row) - 1 && valueGradient.isFirst(block) ? 0 : 1;
          Matrix dy = outputGradient.queriesOf(block);
          Matrix v = values.keysOf(block);
          valueGradient.keysOf(block).product(1, dropped(block), true, dy, false, beta);
          Block gradient = scratch(block);
          gradient.matrix().product(1, dy, false, v, true, 0);
          drop(gradient, gradient.matrix());
          softmaxGradient(block.matrix(), gradient.matrix());
          scores.read(gradient, beta);
        }
      }
    }
    Steps.clear(valueGradient.tensor(), keyMask);
  }

  private int start(int row, int head) {
    int size = weights.shape().extent(-2) * weights.columns();
    return weights.offset() + (keepsAll ? (row * heads + head) * size : 0);
  }

  private int queries(int row) {
    return queryMask == null ? weights.shape().extent(-2) : queryMask.length(row);
  }

  private int keys(int row) {
    return keyMask == null ? weights.columns() : keyMask.length(row);
  }

  /** In how many blocks a head's queries are computed. */
  private int parts(int row) {
    return causal ? Math.max(1, (queries(row) + PART - 1) / PART) : 1;
  }

  private Block block(int row, int head, int part) {
    boolean isLast = part == parts(row) - 1;
    int first = part * PART;
    int queries = isLast ? queries(row) - first : PART;
    int keys = isLast ? keys(row) : Math.min(first + PART, keys(row));
    int start = start(row, head) + first * weights.columns();
    Matrix matrix = new Matrix(weights.data(), start, weights.columns(), queries, keys);
    return new Block(row, head, heads, first, matrix);
  }

  /** Memory for a block's gradient, or its weights after dropout. */
  private Block scratch(Block block) {
    Matrix x = block.matrix();
    Tensor memory =
        pass.scratch(Slots.WEIGHTS, Shape.of(weights.shape().extent(-2), weights.columns()));
    Matrix matrix =
        new Matrix(memory.data(), memory.offset(), weights.columns(), x.rows(), x.columns());
    return new Block(block.row(), block.head(), block.heads(), block.first(), matrix);
  }

  private void softmax(Block block) {
    Matrix x = block.matrix();
    if (!causal && keyMask == null) {
      Maths.softmax(x.data(), x.start(), x.data(), x.start(), x.rows(), x.columns());
      return;
    }
    int first = firstKey(block.row());
    for (int query = 0; query < x.rows(); query++) {
      int start = x.start(query);
      int end = causal ? Math.min(block.first() + query + 1, x.columns()) : x.columns();
      if (first < end) {
        hideKeys(block.row(), x, start, end);
        Maths.softmax(x.data(), start, x.data(), start, 1, end);
      } else {
        end = 0;
      }
      Arrays.fill(x.data(), start + end, start + x.stride(), 0);
    }
  }

  /** Sets to 0 the weights of a head's queries behind the row's end. */
  private void clearPadding(int row, int head) {
    int start = start(row, head) + queries(row) * weights.columns();
    Arrays.fill(weights.data(), start, start(row, head + 1), 0);
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
      int queryKey = (int) Randoms.key(key, from.first() + query);
      Maths.dropout(
          dropout, queryKey, x.data(), x.start(query), to.data(), to.start(query), x.columns());
    }
  }

  private static void softmaxGradient(Matrix y, Matrix gradient) {
    if (y.stride() == y.columns()) {
      int start = gradient.start();
      Maths.softmaxGradient(
          y.data(),
          y.start(),
          gradient.data(),
          start,
          gradient.data(),
          start,
          y.rows(),
          y.columns());
      return;
    }
    for (int query = 0; query < y.rows(); query++) {
      int start = gradient.start(query);
      Maths.softmaxGradient(
          y.data(), y.start(query), gradient.data(), start, gradient.data(), start, 1, y.columns());
    }
  }
}
