package io.sparknn.spark;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.graph.Replica;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.Regression;
import io.sparknn.spark.TreeSum.Part;
import io.sparknn.tensor.Shape;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.GradientSum;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import io.sparknn.training.Share;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    return new Share(new BatchPlan(1, 1, 0), Regression.SQUARED, 0, rows)
        .gradient(new Replica(NETWORK), List.of(block).iterator(), NETWORK.initialWeights(1), 0, 0);
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

  @Test
  void addsPartsInTheirOrderHoweverTheyArrive() {
    List<Part> parts = new ArrayList<>();
    IntStream.range(0, 20).forEach(row -> parts.add(new Part(row, sum(row))));
    float[] expected = addInOrder(parts);
    parts.clear();
    IntStream.range(0, 20).forEach(row -> parts.add(new Part(row, sum(row))));
    Collections.reverse(parts);
    assertArrayEquals(expected, addInOrder(parts), 0);
  }

  private static float[] addInOrder(List<Part> parts) {
    return NetworkTrial.flat(
        NETWORK, TreeSum.addInOrder(0, parts.iterator()).next().sum().gradient());
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
    JavaRDD<GradientSum> sums =
        JavaSparkContext.fromSparkContext(spark().sparkContext())
            .parallelize(rows, partitions)
            .map(
                row -> {
                  Thread.sleep((long) (5 * Math.random()));
                  return sum(row);
                });
    return new TreeSum(depth).of(sums);
  }
}
