package io.sparknn.training;

import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Rows that do not lie in memory: one sweep over all of them takes over those of as many iterations
 * as there is memory for, which then are trained on without reading. What an iteration trains on
 * stays the same.
 */
public final class StagedRows implements Share.Rows {

  private final Share.Rows source;
  private final long memory;
  private final double rowBytes;
  private int epoch;
  private int first;
  private List<Stage> stages = List.of();

  /**
   * Staged rows.
   *
   * @param memory in bytes
   * @param rowBytes the mean number of bytes of a row
   */
  public StagedRows(Share.Rows source, long memory, double rowBytes) {
    this.source = source;
    this.memory = memory;
    this.rowBytes = rowBytes;
  }

  /** The rows of an iteration. */
  private static final class Stage {
    private final long[] ids;
    private final float[] weights;
    private final List<Gathered> inputs = new ArrayList<>();
    private final Gathered labels;
    private int rows;

    Stage(int capacity) {
      ids = new long[capacity];
      weights = new float[capacity];
      labels = new Gathered(capacity);
    }

    void add(RowBlock block, int row, long id) {
      for (int i = 0; i < block.inputs().length; i++) {
        if (inputs.size() == i) {
          inputs.add(new Gathered(ids.length));
        }
        inputs.get(i).add(block.inputs()[i], row);
      }
      labels.add(block.labels(), row);
      weights[rows] = block.weights()[row];
      ids[rows++] = id;
    }

    void forEach(RowConsumer consumer) {
      Values[] values = inputs.stream().map(Gathered::values).toArray(Values[]::new);
      RowBlock block = new RowBlock(rows, values, labels.values(), weights);
      for (int row = 0; row < rows; row++) {
        consumer.accept(block, row, ids[row]);
      }
    }
  }

  @Override
  public Iterator<RowBlock> read() {
    return source.read();
  }

  @Override
  public synchronized void select(Share share, int epoch, int iteration, RowConsumer consumer) {
    boolean isStaged =
        epoch == this.epoch && iteration >= first && iteration < first + stages.size();
    if (!isStaged) {
      sweep(share, epoch, iteration);
    }
    stages.get(iteration - first).forEach(consumer);
  }

  private void sweep(Share share, int epoch, int iteration) {
    this.epoch = epoch;
    this.first = iteration;
    this.stages = List.of();
    BatchPlan plan = share.recipe().plan();
    List<Stage> next = new ArrayList<>();
    double bytes = 0;
    for (int i = iteration; i < plan.iterations(); i++) {
      int rows = plan.count(epoch, i, share.from(), share.to());
      bytes += rows * rowBytes;
      if (bytes > memory && !next.isEmpty()) {
        break;
      }
      next.add(new Stage(rows));
    }
    share.forEachBlock(
        source.read(),
        (block, start) -> {
          for (int i = 0; i < next.size(); i++) {
            Stage stage = next.get(i);
            plan.select(
                epoch,
                iteration + i,
                start,
                start + block.rows(),
                id -> stage.add(block, (int) (id - start), id));
          }
        });
    stages = next;
  }
}
