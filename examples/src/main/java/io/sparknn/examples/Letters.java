package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.layer.Dense;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Dense layers on letter recognition: 20,000 letters in 16 measures (Frey and Slate, 1991). */
@Command(
    name = "letters",
    description = "Dense layers on letter recognition (fetched by scripts/fetch-letters)",
    mixinStandardHelpOptions = true)
final class Letters extends Example {

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 40;

  @Option(
      names = "--data",
      defaultValue = "${env:SPARK_NN_HOME:-.}/data/letters",
      description = "the folder of LetterRecognition.RData (${DEFAULT-VALUE})")
  private String data;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> letters = letters(spark).cache();
    Dataset<Row> train = fifth(letters, false);
    Dataset<Row> test = fifth(letters, true);
    StandardScaler scaler =
        new StandardScaler().setWithMean(true).setInputCol("raw").setOutputCol("features");
    PipelineModel baseline =
        new Pipeline().setStages(new PipelineStage[] {scaler, new LogisticRegression()}).fit(train);
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  scaler,
                  new Dense().setUnits(256).setActivation("relu"),
                  new Dense().setUnits(256).setActivation("relu"),
                  new NeuralNetworkClassifier()
                      .setMaxIter(epochs)
                      .setBatchSize(128)
                      .setStepSize(0.002)
                      .setSeed(1)
                })
            .fit(train);
    System.out.printf(
        Locale.ROOT,
        "test accuracy: %.3f (logistic regression: %.3f)%n",
        accuracy(model.transform(test)),
        accuracy(baseline.transform(test)));
  }

  private Dataset<Row> letters(SparkSession spark) {
    List<?> columns = columns(spark);
    int[] letters = (int[]) columns.get(0);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < letters.length; i++) {
      double[] measures = new double[columns.size() - 1];
      for (int k = 0; k < measures.length; k++) {
        measures[k] = ((double[]) columns.get(k + 1))[i];
      }
      rows.add(RowFactory.create(Vectors.dense(measures), letters[i] - 1.0, (long) i));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("raw", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType)
            .add("row", DataTypes.LongType));
  }

  private List<?> columns(SparkSession spark) {
    Path file = new Path(file(spark, data, "LetterRecognition.RData", "scripts/fetch-letters"));
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                file.getFileSystem(spark.sparkContext().hadoopConfiguration()).open(file)))) {
      return RData.columns(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
