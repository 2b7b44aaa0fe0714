package io.sparknn.examples;

import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.input.PortableDataStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Option;

/** An example on MNIST: 60,000 images of 28 by 28 pixels to train on, 10,000 to test. */
abstract class MnistExample extends Example {

  private static final int PIXELS = 28 * 28;
  private static final float GREATEST_PIXEL = 255;

  @Option(
      names = "--data",
      defaultValue = "${env:SPARK_NN_HOME:-.}/data/mnist",
      description = "the folder of the four files (${DEFAULT-VALUE})")
  private String data;

  /**
   * A set of images.
   *
   * @param set {@code train} or {@code t10k}
   */
  final Dataset<Row> images(SparkSession spark, String set) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    byte[] labels = file(spark, set + "-labels-idx1-ubyte").first().toArray();
    JavaRDD<Row> rows =
        file(spark, set + "-images-idx3-ubyte")
            .flatMap(file -> new Images(file.toArray(), labels))
            .repartition(context.defaultParallelism())
            .map(MnistExample::row);
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType));
  }

  private JavaRDD<PortableDataStream> file(SparkSession spark, String name) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .binaryFiles(file(spark, data, name, "scripts/fetch-mnist"))
        .values();
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
