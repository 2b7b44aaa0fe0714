package io.sparknn.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** What the examples have in common. */
abstract class Example implements Runnable {

  private static final int PIXELS = 64;
  private static final int GREATEST_PIXEL = 16;

  /** Runs the example in a session. */
  abstract void run(SparkSession spark);

  @Override
  public void run() {
    SparkSession spark =
        SparkSession.builder()
            .appName("spark-nn " + getClass().getSimpleName())
            // The digits have 65 columns; Spark would warn that it cuts its plans short.
            .config("spark.sql.debug.maxToStringFields", 100)
            .getOrCreate();
    try {
      run(spark);
    } finally {
      spark.stop();
    }
  }

  /** A comma-separated file that ships with the examples, without its header, its columns typed. */
  static Dataset<Row> csv(SparkSession spark, String name, int headerLines) {
    try (InputStream raw = Example.class.getResourceAsStream("/data/" + name);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().skip(headerLines).toList();
      return spark
          .read()
          .option("inferSchema", true)
          .csv(spark.createDataset(lines, Encoders.STRING()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The UCI digits: 64 pixels from 0 to 1, a label from 0 to 9, and the row's number. */
  static Dataset<Row> digits(SparkSession spark) {
    Dataset<Row> digits = csv(spark, "digits.csv.gz", 0);
    Column[] pixels =
        IntStream.range(0, PIXELS)
            .mapToObj(i -> digits.col("_c" + i).divide(GREATEST_PIXEL))
            .toArray(Column[]::new);
    return digits
        .select(
            functions.array(pixels).as("features"),
            digits.col("_c" + PIXELS).as("label"),
            functions.monotonically_increasing_id().as("row"))
        .cache();
  }

  /**
   * A file of fetched data.
   *
   * @param script what fetches it
   * @throws IllegalArgumentException if it is not there
   */
  static String file(SparkSession spark, String folder, String name, String script) {
    Path file = new Path(folder, name);
    try {
      FileSystem files = file.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (!files.exists(file)) {
        throw new IllegalArgumentException(
            "there is no file %s: run %s, or name its folder with --data".formatted(file, script));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }

  /** Every fifth row, or all others. */
  static Dataset<Row> fifth(Dataset<Row> rows, boolean held) {
    var isFifth = functions.col("row").mod(5).equalTo(4);
    return rows.where(held ? isFifth : functions.not(isFifth));
  }

  /** The share of rows whose prediction is their label. */
  static double accuracy(Dataset<Row> predictions) {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predictions);
  }

  /** Saves a model, loads it, and checks that both predict the same. */
  static void saveAndReload(PipelineModel model, Dataset<Row> rows, String path) {
    try {
      model.write().overwrite().save(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PipelineModel loaded = PipelineModel.load(path);
    if (!predictions(model, rows).equals(predictions(loaded, rows))) {
      throw new IllegalStateException("the predictions differ after saving and loading");
    }
    System.out.printf(Locale.ROOT, "saved to %s, loaded back: the same predictions%n", path);
  }

  private static List<Row> predictions(PipelineModel model, Dataset<Row> rows) {
    return model.transform(rows).select("probability", "prediction").collectAsList();
  }
}
