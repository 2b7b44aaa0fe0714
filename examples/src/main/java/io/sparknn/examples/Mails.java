package io.sparknn.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.crc32;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.split;

import java.util.Locale;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.HashingTF;
import org.apache.spark.ml.feature.RegexTokenizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** An example that tells spam by the words of a mail's subject and body. */
abstract class Mails extends Example {

  /** Words of a mail that networks read. */
  static final int MAX_WORDS = 200;

  static final int VOCABULARY = 10_000;

  private static final int HASHES = 1 << 16;

  @Option(
      names = "--data",
      defaultValue = "${env:SPARK_NN_HOME:-.}/data/spam",
      description = "the folder of mails.json (${DEFAULT-VALUE})")
  private String data;

  /** The layers, the head last, which read the words of the column {@code tokens}. */
  abstract PipelineStage[] stages();

  @Override
  void run(SparkSession spark) {
    Dataset<Row> mails = mails(spark).cache();
    Dataset<Row> train = fifth(mails, false);
    Dataset<Row> test = fifth(mails, true);
    PipelineModel network = new Pipeline().setStages(stages()).fit(train);
    PipelineModel counts =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new HashingTF()
                      .setNumFeatures(HASHES)
                      .setInputCol("tokens")
                      .setOutputCol("features"),
                  new LogisticRegression().setRegParam(0.001)
                })
            .fit(train);
    System.out.printf(
        Locale.ROOT,
        "test accuracy: %.3f (logistic regression on counts of all words: %.3f, all taken for no spam: %.3f)%n",
        accuracy(network.transform(test)),
        accuracy(counts.transform(test)),
        test.where(col("label").equalTo(0)).count() / (double) test.count());
  }

  /** The words of each mail without what mailing lists and servers add, and 1 for spam. */
  private Dataset<Row> mails(SparkSession spark) {
    Column subject = regexp_extract(col("text"), "(?m)^Subject: (.*)$", 1);
    Column body = split(col("text"), "\n\n", 2).getItem(1);
    Column words = lower(regexp_replace(concat_ws(" ", subject, body), "<[^>]*>", " "));
    Dataset<Row> mails =
        spark
            .read()
            .json(file(spark, data, "mails.json", "scripts/fetch-spam"))
            .select(
                words.as("words"),
                col("group").startsWith("spam").cast("double").as("label"),
                crc32(col("text")).as("row"))
            .repartition(spark.sparkContext().defaultParallelism());
    return new RegexTokenizer()
        .setPattern("[^a-z]+")
        .setInputCol("words")
        .setOutputCol("tokens")
        .transform(mails)
        .drop("words");
  }
}
