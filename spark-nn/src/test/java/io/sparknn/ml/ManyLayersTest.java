package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.ml.Tables.planes;
import static io.sparknn.spark.LocalSpark.jobs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rand;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Concatenate;
import io.sparknn.ml.layer.Dense;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.junit.jupiter.api.Test;

/** Many layers are no deeper a query than one. */
class ManyLayersTest {
  private static final Dataset<Row> ROWS = partitioned(LABELED, clouds(24, 3), 12, 12);

  private static int projections(Dataset<Row> rows) {
    LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<?>) rows).queryExecution().analyzed();
    int depth = 0;
    while (plan instanceof Project project) {
      plan = project.child();
      depth++;
    }
    return depth;
  }

  private static Dataset<Row> annotate(Dataset<Row> rows, LayerStage<?>... stages) {
    Dataset<Row> result = rows;
    for (LayerStage<?> stage : stages) {
      result = stage.transform(result);
    }
    return result;
  }

  private static Activation relu() {
    return new Activation().setActivation("relu");
  }

  @Test
  void aThousandLayersAreTrained() {
    PipelineStage[] stages =
        Stream.concat(
                IntStream.range(0, 1000).mapToObj(i -> (PipelineStage) relu()),
                Stream.of(new NeuralNetworkClassifier().setMaxIter(1)))
            .toArray(PipelineStage[]::new);
    PipelineModel model = new Pipeline().setStages(stages).fit(ROWS);
    Dataset<Row> scored = model.transform(ROWS);
    assertEquals(24, scored.select("prediction").collectAsList().size());
    assertEquals(
        1000, ((NetworkModel<?>) model.stages()[1000]).network().graph().nodes().size() - 1);
  }

  @Test
  void layersInPlaceAreOneProjection() {
    Dataset<Row> annotated = annotate(ROWS, relu(), relu(), relu());
    assertEquals(1, projections(annotated));
    assertEquals(ROWS.collectAsList(), annotated.collectAsList());
  }

  @Test
  void namedColumnsAreOneProjection() {
    Dataset<Row> annotated =
        annotate(
            ROWS,
            relu().setOutputCol("a"),
            relu().setInputCol("a").setOutputCol("b"),
            relu().setInputCol("b").setOutputCol("a"));
    assertEquals(1, projections(annotated));
    assertEquals(0, annotated.filter("a <> features or b <> features").count());
    // Columns of what comes in between are still found.
    Dataset<Row> first = relu().setOutputCol("a").transform(ROWS);
    Dataset<Row> second = relu().setInputCol("a").setOutputCol("b").transform(first);
    assertEquals(24, second.select(first.col("a"), ROWS.col("label"), second.col("b")).count());
    assertEquals(
        24 * 8, first.join(second, first.col("label").equalTo(second.col("label"))).count());
  }

  @Test
  void joinedInputsDoNotGrow() {
    Dataset<Row> joined =
        new Concatenate().setInputCols("a", "b").setOutputCol("x").transform(planes(12));
    Dataset<Row> annotated = joined;
    for (int i = 0; i < 60; i++) {
      annotated = new Dense().setUnits(2).setInputCol("x").setOutputCol("x").transform(annotated);
    }
    assertEquals(1, projections(annotated));
    assertEquals(joined.select("x").collectAsList(), annotated.select("x").collectAsList());
  }

  @Test
  void theUsersOwnColumnsAreComputedOnce() {
    Dataset<Row> own = relu().transform(ROWS).withColumn("noise", rand(3));
    Dataset<Row> annotated = annotate(own, relu(), relu());
    assertEquals(own.select("noise").collectAsList(), annotated.select("noise").collectAsList());
    assertEquals(3, projections(annotated));
  }

  @Test
  void cachedRowsAreRead() {
    Dataset<Row> cached = relu().transform(ROWS).cache();
    assertEquals(24, cached.count());
    try {
      Dataset<Row> more = relu().transform(cached);
      assertTrue(
          ((org.apache.spark.sql.classic.Dataset<?>) more)
              .queryExecution()
              .withCachedData()
              .toString()
              .contains("InMemoryRelation"));
      assertEquals(List.of(24L), List.of(more.count()));
    } finally {
      cached.unpersist();
    }
  }

  @Test
  void annotatingStartsNoJob() {
    assertEquals(0, jobs(() -> annotate(ROWS.filter(col("label").gt(0)), relu(), relu())));
  }
}
