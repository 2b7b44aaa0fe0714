package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassificationModel;
import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.TrainingSummary;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.input.PortableDataStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
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

/** LeNet on MNIST: 60,000 images of 28 by 28 pixels to train on, 10,000 to test. */
@Command(
    name = "mnist",
    description = "LeNet on MNIST (fetched by scripts/fetch-mnist)",
    mixinStandardHelpOptions = true)
final class Mnist extends Example {

  private static final int PIXELS = 28 * 28;
  private static final float GREATEST_PIXEL = 255;

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 5;

  @Option(names = "--batch-size", description = "rows in a batch (${DEFAULT-VALUE})")
  private int batchSize = 256;

  @Option(
      names = "--data",
      defaultValue = "${env:SPARK_NN_HOME:-.}/data/mnist",
      description = "the folder of the four files (${DEFAULT-VALUE})")
  private String data;

  @Option(
      names = "--model",
      defaultValue = "${env:SPARK_NN_HOME:-.}/target/models/mnist",
      description = "where to save the pipeline (${DEFAULT-VALUE})")
  private String path;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> train = images(spark, "train");
    Dataset<Row> test = images(spark, "t10k");
    Pipeline lenet =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Reshape().setTargetShape(28, 28, 1),
                  new Conv2D().setFilters(32).setKernelSize(5).setActivation("relu"),
                  new MaxPooling2D(),
                  new Conv2D().setFilters(64).setKernelSize(5).setActivation("relu"),
                  new MaxPooling2D(),
                  new Flatten(),
                  new Dense().setUnits(512).setActivation("relu"),
                  new NeuralNetworkClassifier()
                      .setMaxIter(epochs)
                      .setBatchSize(batchSize)
                      .setStepSize(0.001)
                      .setSeed(1)
                });
    PipelineModel model = lenet.fit(train);
    PipelineStage[] stages = model.stages();
    TrainingSummary summary =
        ((NeuralNetworkClassificationModel) stages[stages.length - 1]).summary();
    System.out.printf(
        Locale.ROOT,
        "trained %d epochs in %.0f s, %.0f images/s%n",
        epochs,
        summary.totalSeconds(),
        summary.iterations().stream().mapToLong(i -> i.rows()).sum() / summary.totalSeconds());
    saveAndReload(model, test, path);
    System.out.printf(Locale.ROOT, "test accuracy: %.4f%n", accuracy(model.transform(test)));
  }

  private Dataset<Row> images(SparkSession spark, String set) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    byte[] labels = file(context, set + "-labels-idx1-ubyte").first().toArray();
    JavaRDD<Row> rows =
        file(context, set + "-images-idx3-ubyte")
            .flatMap(file -> new Images(file.toArray(), labels))
            .repartition(context.defaultParallelism())
            .map(Mnist::row);
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType));
  }

  private JavaRDD<PortableDataStream> file(JavaSparkContext context, String name) {
    Path file = new Path(new Path(data), name);
    try {
      FileSystem files = file.getFileSystem(context.hadoopConfiguration());
      if (!files.exists(file)) {
        throw new IllegalArgumentException(
            "there is no file %s: run scripts/fetch-mnist, or name its folder with --data"
                .formatted(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return context.binaryFiles(file.toString()).values();
  }

  private static Row row(byte[] image) {
    double[] features = new double[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      features[i] = (image[i] & 0xFF) / GREATEST_PIXEL;
    }
    return RowFactory.create(Vectors.dense(features), (double) image[PIXELS]);
  }

  /** The pixels of each image, and its label behind them, from a pair of IDX files. */
  private static final class Images implements Iterator<byte[]> {
    private static final int PIXELS_HEADER = 16;
    private static final int LABELS_HEADER = 8;

    private final byte[] pixels;
    private final byte[] labels;
    private int next;

    Images(byte[] pixels, byte[] labels) {
      this.pixels = pixels;
      this.labels = labels;
    }

    @Override
    public boolean hasNext() {
      return LABELS_HEADER + next < labels.length;
    }

    @Override
    public byte[] next() {
      byte[] image = new byte[PIXELS + 1];
      System.arraycopy(pixels, PIXELS_HEADER + next * PIXELS, image, 0, PIXELS);
      image[PIXELS] = labels[LABELS_HEADER + next++];
      return image;
    }
  }
}
