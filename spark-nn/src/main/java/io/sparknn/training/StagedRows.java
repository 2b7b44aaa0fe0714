package io.sparknn.training;

import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** The rows of an iteration, in blocks. */
  private static final class Stage {
    private final long[] ids;
    private final List<RowBlock> blocks = new ArrayList<>();
    private final float[] weights;
    private List<ValuesBuilder> columns = List.of();
    private int capacity;
    private int inBlock;
    private int rows;

    Stage(int rows) {
      ids = new long[rows];
      weights = new float[rows];
    }

    void add(RowBlock block, int row, long id) {
      int numbers = block.labels().length(row);
      for (Values values : block.inputs()) {
        numbers += values.length(row);
      }
      if (columns.isEmpty() || size() + numbers > capacity) {
        endBlock();
        beginBlock(block.inputs().length, numbers);
      }
      for (int i = 0; i < block.inputs().length; i++) {
        columns.get(i).add(block.inputs()[i], row);
      }
      columns.get(block.inputs().length).add(block.labels(), row);
      inBlock++;
      weights[rows] = block.weights()[row];
      ids[rows++] = id;
      if (rows == ids.length) {
        endBlock();
      }
    }

    private int size() {
      return columns.stream().mapToInt(ValuesBuilder::size).sum();
    }

    private void beginBlock(int inputs, int firstRow) {
      capacity = RowBlock.numbers(firstRow);
      int expected = Math.min(ids.length - rows, Math.max(1, capacity / Math.max(1, firstRow)));
      columns = new ArrayList<>();
      for (int i = 0; i <= inputs; i++) {
        columns.add(new ValuesBuilder(expected));
      }
      inBlock = 0;
    }

    private void endBlock() {
      if (!columns.isEmpty()) {
        Values[] values = columns.stream().map(c -> c.build(false)).toArray(Values[]::new);
        Values[] inputs = Arrays.copyOf(values, values.length - 1);
        blocks.add(
            new RowBlock(
                inBlock,
                inputs,
                values[inputs.length],
                Arrays.copyOfRange(weights, rows - inBlock, rows)));
        columns = List.of();
      }
    }

    void forEach(RowConsumer consumer) {
      int id = 0;
      for (RowBlock block : blocks) {
        for (int row = 0; row < block.rows(); row++) {
          consumer.accept(block, row, ids[id++]);
        }
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
