package io.sparknn.benchmark;

import io.sparknn.graph.Network;
import io.sparknn.tensor.Blas;
import io.sparknn.tensor.Maths;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.global.torch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times every workload in our library and in libtorch, by turns, and prints the ratios. */
@Command(
    name = "scripts/benchmark",
    description = "Times training steps and scoring, beside libtorch on the same batches.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Benchmark implements Callable<Integer> {

  /** Both libraries compute in float, in another order. */
  private static final double TOLERANCE = 1e-3;

  /** The losses of so many training steps are compared. */
  private static final int COMPARED_STEPS = 4;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Threads on both sides (default ${DEFAULT-VALUE}): spark-nn has as many replicas, each"
              + " with a batch of its own, as an executor's tasks; libtorch takes them for one"
              + " batch.")
  private int threads;

  @Option(
      names = "--workloads",
      paramLabel = "A,B",
      split = ",",
      description = "Only these of ${COMPLETION-CANDIDATES}.")
  private Set<Workload> workloads = EnumSet.allOf(Workload.class);

  @Option(
      names = "--phase",
      paramLabel = "PHASE",
      split = ",",
      description = "Only this one of ${COMPLETION-CANDIDATES}.")
  private Set<Phase> phases = EnumSet.allOf(Phase.class);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      description = "How often each library has its turn (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.5",
      description = "How long a turn takes (default ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "4",
      description = "How long each library warms up (default ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Also writes workload,phase,threads,ours,libtorch,ratio here.")
  private Path csv;

  private final List<Result> results = new ArrayList<>();

  /** Runs the command. */
  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new Benchmark());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    torch.set_num_threads(threads);
    Blas.setThreads(1);
    printMachine();
    System.out.println(Result.HEADER);
    for (Workload workload : workloads) {
      check(workload);
      measure(workload);
    }
    printMeans();
    if (csv != null) {
      writeCsv();
    }
    return 0;
  }

  private void printMachine() throws IOException {
    System.out.printf(Locale.ROOT, "Machine: %s%n", Machine.describe());
    System.out.printf(
        Locale.ROOT,
        "spark-nn: %s; core that OpenBLAS detected: %s; %d replica(s) of one thread%n",
        Maths.describe(),
        Blas.core(),
        threads);
    System.out.printf(
        Locale.ROOT,
        "libtorch: %d thread(s), %s%n%s%n",
        torch.get_num_threads(),
        torch.get_cpu_capability().getString(),
        torch.show_config().getString().strip());
    System.out.printf(
        Locale.ROOT,
        "Samples a second: medians of %d turns of %.1f s by turns, and their range; ratio: of the"
            + " medians.%n%n",
        rounds,
        seconds);
  }

  /** Refuses to time libraries that do not compute the same. */
  private void check(Workload workload) {
    Network network = workload.network(0);
    Batch batch = workload.batch();
    try (SparkNn ours = new SparkNn(network, batch, 1);
        Libtorch theirs = new Libtorch(workload, network, batch, 0, threads)) {
      checkClose(workload, "scoring", ours.loss(), theirs.loss());
      for (int step = 1; step <= COMPARED_STEPS; step++) {
        checkClose(workload, "training step " + step, ours.trainStep(), theirs.trainStep());
      }
    }
  }

  private static void checkClose(Workload workload, String when, double ours, double theirs) {
    if (!(Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs))) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "workload %s, %s: the loss is %.6f in spark-nn and %.6f in libtorch",
              workload,
              when,
              ours,
              theirs));
    }
  }

  private void measure(Workload workload) {
    Network network = workload.network(workload.dropout());
    Batch batch = workload.batch();
    try (SparkNn ours = new SparkNn(network, batch, threads);
        Libtorch theirs = new Libtorch(workload, network, batch, workload.dropout(), threads)) {
      for (Phase phase : phases) {
        results.add(measure(workload, phase, ours, theirs));
        System.out.println(results.get(results.size() - 1));
      }
    }
  }

  private Result measure(Workload workload, Phase phase, SparkNn ours, Libtorch theirs) {
    ours.run(phase, warmUp);
    theirs.run(phase, warmUp);
    double[] us = new double[rounds];
    double[] them = new double[rounds];
    double[] one = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      us[round] = ours.run(phase, seconds);
      them[round] = theirs.run(phase, seconds);
      one[round] = threads == 1 ? us[round] : ours.runOne(phase, seconds);
    }
    return new Result(workload, phase, threads, Rates.of(us), Rates.of(them), Rates.of(one));
  }

  private void printMeans() {
    for (Phase phase : phases) {
      double[] ratios =
          results.stream()
              .filter(result -> result.phase() == phase && result.workload() != Workload.H)
              .mapToDouble(Result::ratio)
              .toArray();
      if (ratios.length > 1) {
        double mean = Math.exp(Arrays.stream(ratios).map(Math::log).average().orElseThrow());
        System.out.printf(
            Locale.ROOT,
            "%s: geometric mean of the ratios without h %.2f, least %.2f%n",
            phase,
            mean,
            Arrays.stream(ratios).min().orElseThrow());
      }
    }
  }

  private void writeCsv() throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv))) {
      out.println("workload,phase,threads,ours,libtorch,ratio");
      results.forEach(result -> out.println(result.toCsv()));
    }
  }
}
