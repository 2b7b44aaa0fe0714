package io.sparknn.layer.embed;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.MeanOverSteps;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** An embedding and the mean over its steps, which never writes the single embeddings. */
record MeanEmbedding(Embedding embedding, MeanOverSteps mean) implements Layer {
  private static final int SHARE = 0;

  /**
   * The rows of the table that count.
   *
   * @param rows those of all rows of the batch, one after the other
   * @param sources for each, the row of the batch
   * @param ends where those of each row of the batch end
   */
  private record Bags(int[] rows, int[] sources, int[] ends) {
    static Bags of(Pass pass) {
      int size = pass.input().size();
      return new Bags(new int[size], new int[size], new int[pass.rows()]);
    }

    int start(int row) {
      return row == 0 ? 0 : ends[row - 1];
    }

    int count(int row) {
      return ends[row] - start(row);
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return mean.outputShape(List.of(embedding.outputShape(inputs)));
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return embedding.weights(inputs);
  }

  @Override
  public Mask outputMask(Pass pass) {
    return null;
  }

  @Override
  public void forward(Pass pass) {
    Bags bags = pass.plan(Bags::of);
    embedding.lookUp(pass, bags.rows);
    keepCounted(pass, bags);
    Tensor table = pass.weight(Embedding.EMBEDDINGS);
    Tensor y = pass.output();
    int width = y.columns();
    for (int row = 0; row < bags.ends.length; row++) {
      Maths.sumOfRows(
          1f / Math.max(1, bags.count(row)),
          table,
          bags.rows,
          bags.start(row),
          bags.ends[row],
          y.data(),
          y.offset() + row * width);
    }
  }

  /** Leaves out what does not count in the mean. */
  private void keepCounted(Pass pass, Bags bags) {
    int[] rows = bags.rows;
    int perRow = rows.length / bags.ends.length;
    if (pass.mask() == null && embedding.paddingIndex() < 0) {
      for (int row = 0; row < bags.ends.length; row++) {
        bags.ends[row] = (row + 1) * perRow;
      }
      return;
    }
    int kept = 0;
    for (int row = 0; row < bags.ends.length; row++) {
      for (int i = row * perRow; i < (row + 1) * perRow; i++) {
        if (embedding.isTrained(rows[i])) {
          rows[kept] = rows[i];
          kept++;
        }
      }
      bags.ends[row] = kept;
    }
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      Maths.fill(pass.inputGradient(), 0);
    }
    if (!pass.wantsWeightGradient(Embedding.EMBEDDINGS)) {
      return;
    }
    Bags bags = pass.plan(Bags::of);
    Tensor dy = pass.outputGradient();
    int width = dy.columns();
    Tensor share = pass.scratch(SHARE, dy.shape());
    for (int row = 0; row < bags.ends.length; row++) {
      int from = row * width;
      float factor = 1f / Math.max(1, bags.count(row));
      Maths.scale(
          factor, dy.data(), dy.offset() + from, share.data(), share.offset() + from, width);
      Arrays.fill(bags.sources, bags.start(row), bags.ends[row], row);
    }
    int n = bags.ends[bags.ends.length - 1];
    pass.tableGradient(Embedding.EMBEDDINGS).add(bags.rows, bags.sources, n, share);
  }
}
