package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassificationModel;
import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import io.sparknn.training.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an iteration costs on a Spark, by mode of aggregation, network and batch. */
@Command(
    name = "benchmark-cluster",
    description = "What an iteration of training costs on this Spark",
    mixinStandardHelpOptions = true)
final class ClusterBenchmark extends Example {

  private static final int PIXELS = 784;
  private static final int CLASSES = 10;

  @Option(
      names = "--networks",
      split = ",",
      description =
          "mlp (784-512-256-10), lenet, or numbers of weights, such as 1e6, for two square layers"
              + " (${DEFAULT-VALUE})")
  private List<String> networks = List.of("mlp", "lenet");

  @Option(names = "--modes", split = ",", description = "modes of aggregation (${DEFAULT-VALUE})")
  private List<String> modes = List.of("jobs", "barrier");

  @Option(names = "--batches", split = ",", description = "global batch sizes (${DEFAULT-VALUE})")
  private List<Integer> batches = List.of(256, 2048);

  @Option(
      names = "--partitions",
      split = ",",
      description = "numbers of partitions (${DEFAULT-VALUE})")
  private List<Integer> partitions = List.of(2);

  @Option(
      names = "--seconds",
      description = "about how long a measurement takes (${DEFAULT-VALUE})")
  private double seconds = 10;

  @Option(
      names = "--warm-up",
      description =
          "for how many seconds networks train before they are measured (${DEFAULT-VALUE})")
  private double warmUp = 20;

  @Option(
      names = "--csv",
      description =
          "appends master,mode,network,weights,partitions,batch,ms_per_iteration,ms_compute,"
              + "samples_per_s to this file")
  private Path csv;

  @Option(
      names = "--predict",
      description =
          "measures nothing, and tells from the measurements in this file what larger clusters"
              + " should reach")
  private Path predict;

  @Override
  void run(SparkSession spark) {
    if (predict != null) {
      CostModel.predictions(Measurement.read(predict)).forEach(System.out::println);
      return;
    }
    System.out.println(Measurement.HEADER);
    for (String network : networks) {
      for (int count : partitions) {
        for (int batch : batches) {
          for (String mode : modes) {
            Measurement measurement = measure(spark, network, count, batch, mode);
            System.out.println(measurement.line());
            if (csv != null) {
              append(measurement);
            }
          }
        }
      }
    }
  }

  /** Medians over the second half of the iterations. */
  record Measurement(
      String master,
      String mode,
      String network,
      int weights,
      int partitions,
      int batch,
      double milliseconds,
      double computing) {

    static final String HEADER =
        "master,mode,network,weights,partitions,batch,ms_per_iteration,ms_compute,samples_per_s";

    /** Reads what {@link #append} wrote. */
    static List<Measurement> read(Path csv) {
      try (Stream<String> lines = Files.lines(csv)) {
        return lines.skip(1).map(Measurement::parse).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Measurement parse(String line) {
      String[] cells = line.split(",");
      return new Measurement(
          cells[0],
          cells[1],
          cells[2],
          Integer.parseInt(cells[3]),
          Integer.parseInt(cells[4]),
          Integer.parseInt(cells[5]),
          Double.parseDouble(cells[6]),
          Double.parseDouble(cells[7]));
    }

    String line() {
      return String.format(
          Locale.ROOT,
          "%s,%s,%s,%d,%d,%d,%.3f,%.3f,%.0f",
          master.replace(',', ';'),
          mode,
          network,
          weights,
          partitions,
          batch,
          milliseconds,
          computing,
          batch / milliseconds * 1000);
    }
  }

  private Measurement measure(
      SparkSession spark, String network, int count, int batch, String mode) {
    boolean isSquare = !network.equals("mlp") && !network.equals("lenet");
    int width = isSquare ? width(network) : PIXELS;
    Dataset<Row> rows =
        rows(spark, width, count, Math.max(batch, 64 * batch / Math.max(1, width / 500)));
    NeuralNetworkClassificationModel model = fit(rows, network, width, batch, mode, 1);
    double spent = 0;
    while (spent < warmUp + seconds) {
      double pace = last(model.summary().epochs()).seconds();
      double wanted = spent < warmUp ? Math.min(seconds, warmUp) : seconds;
      int epochs = (int) Math.max(1, Math.min(1000, Math.ceil(wanted / pace)));
      model = fit(rows, network, width, batch, mode, epochs);
      spent += Math.max(model.summary().totalSeconds(), 1e-3 + (spent < warmUp ? 0 : seconds));
    }
    rows.unpersist();
    List<Progress> iterations = model.summary().iterations();
    List<Progress> steady = iterations.subList(iterations.size() / 2, iterations.size());
    return new Measurement(
        spark.sparkContext().master(),
        mode,
        network,
        model.numWeights(),
        count,
        batch,
        median(steady.stream().mapToDouble(Progress::seconds)) * 1000,
        median(steady.stream().mapToDouble(progress -> progress.times().slowest())) * 1000);
  }

  private static NeuralNetworkClassificationModel fit(
      Dataset<Row> rows, String network, int width, int batch, String mode, int epochs) {
    List<PipelineStage> stages = new ArrayList<>(layers(network, width));
    stages.add(
        new NeuralNetworkClassifier()
            .setBatchSize(batch)
            .setMaxIter(epochs)
            .setAggregationMode(mode));
    PipelineModel model = new Pipeline().setStages(stages.toArray(PipelineStage[]::new)).fit(rows);
    return (NeuralNetworkClassificationModel) model.stages()[stages.size() - 1];
  }

  private static List<PipelineStage> layers(String network, int width) {
    return switch (network) {
      case "mlp" ->
          List.of(
              new Dense().setUnits(512).setActivation("relu"),
              new Dense().setUnits(256).setActivation("relu"));
      case "lenet" ->
          List.of(
              new Reshape().setTargetShape(28, 28, 1),
              new Conv2D().setFilters(32).setKernelSize(5).setActivation("relu"),
              new MaxPooling2D().setPoolSize(2),
              new Conv2D().setFilters(64).setKernelSize(5).setActivation("relu"),
              new MaxPooling2D().setPoolSize(2),
              new Flatten(),
              new Dense().setUnits(512).setActivation("relu"));
      default ->
          List.of(
              new Dense().setUnits(width).setActivation("relu"),
              new Dense().setUnits(width).setActivation("relu"));
    };
  }

  /** Of each of two square layers that have so many weights. */
  private static int width(String weights) {
    return (int) Math.max(1, Math.round(Math.sqrt(Double.parseDouble(weights) / 2)));
  }

  /** Random rows, computed on the executors. */
  private static Dataset<Row> rows(SparkSession spark, int width, int partitions, int count) {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(IntStream.range(0, count).boxed().toList(), partitions)
            .map(id -> row(id, width));
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("features", DataTypes.createArrayType(DataTypes.FloatType, false)));
  }

  private static Row row(int id, int width) {
    Random random = new Random(id);
    Float[] values = new Float[width];
    Arrays.setAll(values, i -> random.nextFloat());
    return RowFactory.create((double) (id % CLASSES), values);
  }

  private static Progress last(List<Progress> progress) {
    return progress.get(progress.size() - 1);
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private void append(Measurement measurement) {
    try {
      if (!Files.exists(csv)) {
        Files.writeString(csv, Measurement.HEADER + "\n");
      }
      Files.writeString(
          csv, measurement.line() + "\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
