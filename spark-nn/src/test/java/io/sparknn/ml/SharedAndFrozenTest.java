package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Network.Slot;
import io.sparknn.ml.layer.Dense;
import io.sparknn.spark.TensorFile;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads over several columns, one stage on two columns, frozen, named and given weights. */
class SharedAndFrozenTest {

  @TempDir Path folder;

  /** The label is whether the sum of a is greater than that of b. */
  private static Dataset<Row> rows() {
    Random random = new Random(1);
    return table(
        schema(field("a", Tables.VECTOR), field("b", Tables.VECTOR), field("label", "double")),
        IntStream.range(0, 100)
            .mapToObj(
                i -> {
                  double[] a = random.doubles(2, -1, 1).toArray();
                  double[] b = random.doubles(2, -1, 1).toArray();
                  double label = a[0] + a[1] > b[0] + b[1] ? 1 : 0;
                  return row(Vectors.dense(a), Vectors.dense(b), label);
                })
            .toList());
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier()
        .setMaxIter(40)
        .setStepSize(0.03)
        .setBatchSize(25)
        .setSeed(1);
  }

  private static float[] weight(NetworkModel<?> model, String name) {
    for (Slot slot : model.network().slots()) {
      if (slot.name().equals(name)) {
        Tensor value = slot.in(model.files().weights());
        return Arrays.copyOfRange(value.data(), value.offset(), value.offset() + value.size());
      }
    }
    throw new AssertionError(
        name + " is none of " + model.network().slots().stream().map(Slot::name).toList());
  }

  @Test
  void aHeadJoinsColumns() {
    Dataset<Row> rows = rows();
    var model = head().setFeaturesCols("a", "b").fit(rows);
    Dataset<Row> scored = model.transform(rows);
    assertEquals(
        List.of("a", "b", "label", "rawPrediction", "probability", "prediction"),
        List.of(scored.columns()));
    assertEquals(
        List.of(model.transformSchema(rows.schema()).fieldNames()), List.of(scored.columns()));
    long right = scored.where(scored.col("label").equalTo(scored.col("prediction"))).count();
    assertTrue(right >= 93, right + " of 100");
  }

  @Test
  void oneStageOnTwoColumnsSharesItsWeights() {
    Dense dense = new Dense().setUnits(3).setActivation("tanh").setName("twin");
    Dataset<Row> both =
        dense
            .copy(dense.extractParamMap())
            .setInputCol("b")
            .transform(dense.setInputCol("a").transform(rows()));
    var model = head().setFeaturesCols("a", "b").fit(both);
    assertEquals(
        List.of("twin/kernel", "twin/bias", "dense/kernel", "dense/bias"),
        model.network().slots().stream().map(Slot::name).toList());
    assertTrue(model.describeNetwork().contains("shared"), model.describeNetwork());
  }

  @Test
  void frozenWeightsKeepTheirFirstValues() throws IOException {
    String file = folder.resolve("dense.safetensors").toString();
    float[] kernel = {1, -2, 3, 4, 5, -6};
    TensorFile.write(
        file,
        Map.of("kernel", new Tensor(kernel, 0, Shape.of(2, 3))),
        spark().sparkContext().hadoopConfiguration());
    Dense dense = new Dense().setInputCol("a").setUnits(3).setInitialWeights(file);
    var frozen = head().setFeaturesCol("a").fit(dense.setTrainable(false).transform(rows()));
    assertArrayEquals(kernel, weight(frozen, "dense/kernel"));
    var trained = head().setFeaturesCol("a").fit(dense.setTrainable(true).transform(rows()));
    assertFalse(Arrays.equals(kernel, weight(trained, "dense/kernel")));
    assertTrue(frozen.describeNetwork().contains("9 frozen"), frozen.describeNetwork());
  }

  @Test
  void initialWeightsOfAnotherShapeAreRefused() throws IOException {
    String file = folder.resolve("wrong.safetensors").toString();
    TensorFile.write(
        file,
        Map.of("kernel", new Tensor(new float[4], 0, Shape.of(2, 2))),
        spark().sparkContext().hadoopConfiguration());
    assertRefused(file, "dense/kernel has shape (2, 3); the initial weights");
    assertRefused(folder + "/none", "there is no file");
  }

  private static void assertRefused(String file, String said) {
    Dataset<Row> rows =
        new Dense().setInputCol("a").setUnits(3).setInitialWeights(file).transform(rows());
    String message =
        assertThrows(IllegalArgumentException.class, () -> head().setFeaturesCol("a").fit(rows))
            .getMessage();
    assertTrue(message.contains(said), message);
  }

  @Test
  void maxNormAndPenaltiesShrinkWeights() {
    Dense dense = new Dense().setInputCol("a").setUnits(3).setMaxNorm(0.5);
    float[] limited =
        weight(head().setFeaturesCol("a").fit(dense.transform(rows())), "dense/kernel");
    for (int unit = 0; unit < 3; unit++) {
      assertTrue(Math.hypot(limited[unit], limited[3 + unit]) < 0.5001);
    }
    dense.setMaxNorm(0).setL1(0.01).setL2(0.05);
    float[] shrunk =
        weight(head().setFeaturesCol("a").fit(dense.transform(rows())), "dense/kernel");
    dense.setL1(0).setL2(0);
    float[] free = weight(head().setFeaturesCol("a").fit(dense.transform(rows())), "dense/kernel");
    assertTrue(norm(shrunk) < 0.5 * norm(free), norm(shrunk) + " and " + norm(free));
  }

  private static double norm(float[] values) {
    double square = 0;
    for (float value : values) {
      square += value * value;
    }
    return Math.sqrt(square);
  }
}
