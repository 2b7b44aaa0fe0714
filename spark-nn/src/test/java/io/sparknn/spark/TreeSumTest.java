package io.sparknn.spark;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.graph.Replica;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.Regression;
import io.sparknn.tensor.Shape;
import io.sparknn.training.Assignment;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums;
import io.sparknn.training.PartialSums.Part;
import io.sparknn.training.Recipe;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import io.sparknn.training.Share;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeSumTest {

  private static final Network NETWORK =
      new Network(
          Graph.input("x", Shape.of(3)).then("d", new Dense(1, ActivationFunction.LINEAR)),
          List.of(Shape.of(3)));

  /** The sum of one row, whose gradient differs from all others'; none for every seventh. */
  private static GradientSum sum(int row) {
    float x = (float) Math.exp(row % 9 - 4) / 3;
    RowBlock block =
        new RowBlock(
            1,
            new Values[] {Values.even(1, new float[] {x, -2 * x, row})},
            Values.even(1, new float[] {row % 5}),
            new float[] {1 + row % 3});
    int rows = row % 7 == 6 ? 0 : 1;
    return new Share(new Recipe(new BatchPlan(1, 1, 0), new Regression.Squared()), 0, rows)
        .compute(
            Assignment.gradient(NETWORK.initialWeights(1), 0, 0),
            new Replica(NETWORK),
            NETWORK.newGradient(),
            List.of(block)::iterator);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "2, 2", "7, 2", "20, 1", "20, 2", "20, 3", "20, 9", "33, 2", "33, 3"})
  void addsUpAllPartitions(int partitions, int depth) {
    GradientSum expected = new GradientSum();
    IntStream.range(0, partitions).forEach(row -> expected.add(sum(row)));
    GradientSum actual = treeSum(partitions, depth);
    assertEquals(expected.rows(), actual.rows());
    assertEquals(expected.weight(), actual.weight());
    assertEquals(expected.loss(), actual.loss(), 1e-9 * expected.loss());
    assertEquals(expected.metric(), actual.metric(), 1e-9 * expected.metric());
    float tolerance = 1e-6f * max(NetworkTrial.flat(NETWORK, expected.gradient()));
    assertArrayEquals(
        NetworkTrial.flat(NETWORK, expected.gradient()),
        NetworkTrial.flat(NETWORK, actual.gradient()),
        tolerance);
  }

  @ParameterizedTest
  @CsvSource({"20, 1", "20, 2", "20, 3"})
  void addsUpToTheSameBitsInEveryRun(int partitions, int depth) {
    float[] first = NetworkTrial.flat(NETWORK, treeSum(partitions, depth).gradient());
    for (int run = 0; run < 3; run++) {
      assertArrayEquals(
          first, NetworkTrial.flat(NETWORK, treeSum(partitions, depth).gradient()), 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 20, 33})
  void addsUpToTheSameBitsWhateverTheOrderAndTheGroups(int partitions) {
    float[] expected =
        flat(partitions, new ArrayList<>(IntStream.range(0, partitions).boxed().toList()), 1);
    for (int run = 0; run < 20; run++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, partitions).boxed().toList());
      Collections.shuffle(order, new Random(run));
      assertArrayEquals(expected, flat(partitions, order, 1 + run % 5), 0);
    }
  }

  /** Adds up in an order; first in groups, whose parts are then added. */
  private static float[] flat(int partitions, List<Integer> order, int groups) {
    PartialSums total = new PartialSums(partitions);
    for (int group = 0; group < groups; group++) {
      PartialSums sums = new PartialSums(partitions);
      for (int i = group; i < partitions; i += groups) {
        sums.add(Part.of(order.get(i), sum(order.get(i))));
      }
      sums.parts().forEach(total::add);
    }
    return NetworkTrial.flat(NETWORK, total.total().gradient());
  }

  @Test
  void aPartThatComesTwiceCountsOnce() {
    PartialSums sums = new PartialSums(5);
    for (int partition : new int[] {3, 2, 0, 3, 0, 2}) {
      sums.add(Part.of(partition, sum(partition)));
    }
    assertEquals(List.of(1, 4), sums.missing());
    assertNull(sums.total());
    sums.add(Part.of(4, sum(4)));
    sums.add(Part.of(1, sum(1)));
    assertEquals(5, sums.total().rows());
    assertEquals(List.of(), sums.missing());
  }

  /** Each part has its own residual. */
  @Test
  void whatRoundingTakesFromAPartComesWithItsNext() {
    ErrorFeedback feedback = new ErrorFeedback();
    int steps = 100;
    for (int row = 3; row < 5; row++) {
      float[] expected = sum(row).gradient().dense();
      double[] total = new double[expected.length];
      for (int step = 0; step < steps; step++) {
        List<Part> parts = List.of(Part.of(row, sum(row)), Part.of(row + 7, sum(row + 1)));
        feedback.round(parts);
        float[] rounded = parts.get(0).sum().gradient().dense();
        for (int i = 0; i < total.length; i++) {
          total[i] += rounded[i];
        }
      }
      for (int i = 0; i < total.length; i++) {
        assertEquals(steps * expected[i], total[i], Math.abs(expected[i]) / 64);
      }
    }
  }

  @Test
  void sumsSurviveTheirWayAsBytes() {
    GradientSum sum = sum(3);
    float[] expected = NetworkTrial.flat(NETWORK, sum.gradient());
    ByteBuffer bytes = ByteBuffer.allocate((int) sum.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    sum.write(bytes);
    assertEquals(0, bytes.remaining());
    GradientSum read = GradientSum.read(bytes.flip(), NETWORK::newGradient);
    assertArrayEquals(expected, NetworkTrial.flat(NETWORK, read.gradient()), 0);
    assertEquals(sum.loss(), read.loss());
    assertEquals(sum.rows(), read.rows());
  }

  private static float max(float[] values) {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, Math.abs(value));
    }
    return max;
  }

  /** One row a partition, whose tasks end in another order in every run. */
  private static GradientSum treeSum(int partitions, int depth) {
    List<Integer> rows = IntStream.range(0, partitions).boxed().toList();
    JavaRDD<Part> parts =
        JavaSparkContext.fromSparkContext(spark().sparkContext())
            .parallelize(rows, partitions)
            .map(
                row -> {
                  Thread.sleep((long) (5 * Math.random()));
                  return Part.of(row, sum(row));
                });
    PartialSums sums = new PartialSums(partitions);
    new TreeSum(depth).collect(parts, rows, sums);
    return sums.total();
  }
}
