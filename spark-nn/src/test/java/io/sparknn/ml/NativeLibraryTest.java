package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code spark.nn.blas.library} names is loaded in each process; so this starts another. */
class NativeLibraryTest {

  @TempDir Path folder;

  /** The other process: trains, and prints how many of 30 rows it then tells right. */
  public static final class Training {
    private Training() {}

    public static void main(String[] arguments) {
      Dataset<Row> rows = table(LABELED, clouds(30, 3));
      Dataset<Row> scored =
          new NeuralNetworkClassifier().setMaxIter(15).setStepSize(0.3).fit(rows).transform(rows);
      System.out.println(scored.filter("prediction = label").count() + " rows are right");
    }
  }

  @Test
  void aBrokenLibraryMeansAWarningAndCorrectTraining() throws IOException, InterruptedException {
    Path broken = Files.writeString(folder.resolve("libbroken.so"), "no library");
    String printed = train(broken, 0, Map.of());
    assertTrue(printed.contains("30 rows are right"), printed);
    assertTrue(
        printed.lines().anyMatch(l -> l.contains(" WARN ") && l.contains("libbroken.so")), printed);
  }

  /** The reference BLAS, with the name of an OpenMP routine behind its end. */
  @Test
  void moreThreadsThanATaskHasAreRefused() throws IOException, InterruptedException {
    Path reference = Path.of("/usr/lib/x86_64-linux-gnu/blas/libblas.so.3");
    assumeTrue(Files.isReadable(reference));
    Path library = Files.copy(reference, folder.resolve("libblas-openmp.so"));
    Files.writeString(library, "\0GOMP_parallel\0", StandardOpenOption.APPEND);
    String printed = train(library, 1, Map.of("OMP_NUM_THREADS", "3"));
    assertTrue(
        printed.contains(
            "libblas-openmp.so takes the threads that the environment variable OMP_NUM_THREADS=3"
                + " asks for, where a task has 1 (spark.task.cpus)"),
        printed);
    assertTrue(train(library, 0, Map.of("OMP_NUM_THREADS", "1")).contains("30 rows are right"));
  }

  /** What another process prints that trains with a library. */
  private String train(Path library, int status, Map<String, String> environment)
      throws IOException, InterruptedException {
    // Spark takes its settings from system properties.
    List<String> options =
        List.of(
            "-Dspark.nn.blas.library=" + library,
            "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"));
    try (ChildJvm other =
        ChildJvm.start(folder, options, Training.class.getName(), List.of(), environment)) {
      other.await(status);
      return other.text();
    }
  }
}
