package io.sparknn.ml;

import io.sparknn.ml.layer.Dense;
import io.sparknn.training.ProgressLog;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Short texts through HashingTF of its default width, 2^18, into a network, and beside it into
 * Spark's own logistic regression for as many passes. Prints the seconds of both, the accuracy, and
 * the heap in use at the tenth pass and at the last. The full trial, by hand, is with {@code
 * -Xmx2g} and the arguments {@code 4000 100}.
 */
public final class SparseTrial {
  private static final int WORDS = 20_000;
  private static final int LENGTH = 12;
  private static final int FIRST = 10;

  private SparseTrial() {}

  /** Texts of two classes, each of which has some words of its own. */
  static Dataset<Row> texts(SparkSession spark, int count) {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < LENGTH; k++) {
        int word = (int) (WORDS * Math.pow(random.nextDouble(), 3));
        text.append(k % 4 == 0 ? "own" + (2 * (word / 200) + i % 2) : "word" + word).append(' ');
      }
      rows.add(RowFactory.create(text.toString(), (double) (i % 2)));
    }
    return spark
        .createDataFrame(
            rows, Tables.schema(Tables.field("text", "string"), Tables.LABELED.apply("label")))
        .repartition(2);
  }

  private static Dataset<Row> hashed(Dataset<Row> texts) {
    Dataset<Row> words = new Tokenizer().setInputCol("text").setOutputCol("words").transform(texts);
    return new HashingTF().setInputCol("words").setOutputCol("features").transform(words);
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Prints the heap in use after some epochs, as their lines are logged. */
  private static final class Meter extends AbstractAppender {
    private final List<Integer> epochs;
    private long nanos;

    Meter(List<Integer> epochs) {
      super("meter", null, null, true, Property.EMPTY_ARRAY);
      this.epochs = epochs;
    }

    @Override
    public void append(LogEvent event) {
      long began = System.nanoTime();
      String text = event.getMessage().getFormattedMessage();
      for (int epoch : epochs) {
        if (text.matches(String.format(Locale.ROOT, "epoch +%d/\\d+ 100%%.*", epoch))) {
          ChildJvm.print("heap at pass " + epoch, used());
        }
      }
      nanos += System.nanoTime() - began;
    }
  }

  /** Entry point: the number of texts, and of passes. */
  public static void main(String[] args) {
    int passes = Integer.parseInt(args[1]);
    SparkSession spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
    try {
      Dataset<Row> texts = texts(spark, Integer.parseInt(args[0]));
      Dataset<Row> rows = hashed(texts).cache();
      rows.count();

      long start = System.nanoTime();
      LogisticRegressionModel regression =
          new LogisticRegression().setMaxIter(passes).setTol(0).fit(rows);
      double mllib = seconds(start);
      ChildJvm.print("passes of logistic regression", regression.summary().totalIterations());
      ChildJvm.print("seconds of logistic regression", mllib);

      Meter meter = new Meter(List.of(FIRST, passes));
      Logger log = (Logger) LogManager.getLogger(ProgressLog.class);
      log.setLevel(Level.INFO);
      meter.start();
      log.addAppender(meter);
      start = System.nanoTime();
      Dataset<Row> scored =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new Dense().setUnits(8).setActivation("relu"),
                    new NeuralNetworkClassifier().setMaxIter(passes)
                  })
              .fit(rows)
              .transform(rows);
      ChildJvm.print("seconds of the network", seconds(start) - meter.nanos / 1e9);
      start = System.nanoTime();
      long right = scored.where("prediction = label").count();
      ChildJvm.print("seconds of scoring", seconds(start));
      ChildJvm.print("accuracy", (double) right / rows.count());
      ChildJvm.print(
          "gc seconds",
          ManagementFactory.getGarbageCollectorMXBeans().stream()
                  .mapToLong(bean -> bean.getCollectionTime())
                  .sum()
              / 1e3);
    } finally {
      spark.stop();
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
