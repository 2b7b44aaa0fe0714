package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that do not lie in memory. */
class StagedRowsTest {

  private static final int ROWS = 101;
  private static final BatchPlan PLAN = new BatchPlan(3 * ROWS, 24, 5);
  private static final Share SHARE =
      new Share(new Recipe(PLAN, new SoftmaxCrossEntropy()), ROWS, 2 * ROWS);

  /** Blocks of ragged rows; counts how often they are read. */
  private static final class Source implements Share.Rows {
    private final List<RowBlock> blocks = new ArrayList<>();
    private int sweeps;

    Source() {
      Random random = new Random(1);
      for (int from = 0; from < ROWS; from += 10) {
        blocks.add(block(random, Math.min(10, ROWS - from)));
      }
    }

    private static RowBlock block(Random random, int rows) {
      int[] ends = new int[rows];
      Arrays.setAll(ends, i -> (i == 0 ? 0 : ends[i - 1]) + random.nextInt(4));
      Values inputs = new Values(rows, numbers(random, ends[rows - 1]), ends);
      Values labels = Values.even(rows, numbers(random, rows));
      return new RowBlock(rows, new Values[] {inputs}, labels, numbers(random, rows));
    }

    private static float[] numbers(Random random, int count) {
      float[] numbers = new float[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = random.nextFloat();
      }
      return numbers;
    }

    @Override
    public Iterator<RowBlock> read() {
      sweeps++;
      return blocks.iterator();
    }
  }

  private static List<String> selected(Share.Rows rows, int epoch, int iteration) {
    List<String> selected = new ArrayList<>();
    rows.select(
        SHARE,
        epoch,
        iteration,
        (block, row, id) ->
            selected.add(
                id
                    + Arrays.toString(values(block.inputs()[0], row))
                    + Arrays.toString(values(block.labels(), row))
                    + block.weights()[row]));
    return selected;
  }

  private static float[] values(Values values, int row) {
    int start = values.start(row);
    return Arrays.copyOfRange(values.data(), start, start + values.length(row));
  }

  @ParameterizedTest
  @CsvSource({"0, 26", "800, 4", "100000, 2"})
  void anyMemoryGivesTheRowsThatAreReadDirectly(long memory, int expectedSweeps) {
    Source direct = new Source();
    Source source = new Source();
    StagedRows staged = new StagedRows(source, memory, 10);
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int iteration = 0; iteration < PLAN.iterations(); iteration++) {
        List<String> expected = selected(direct, epoch, iteration);
        assertTrue(expected.size() >= 7);
        assertEquals(expected, selected(staged, epoch, iteration));
        assertEquals(expected, selected(staged, epoch, iteration));
      }
    }
    assertEquals(expectedSweeps, source.sweeps);
  }
}
