package io.sparknn.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs an example by its name. */
@Command(
    name = "run-example",
    description = "Runs an example on Spark. Without a name, lists the examples.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "NAME",
    subcommands = {
      ClusterBenchmark.class,
      Digits.class,
      Embeddings.class,
      Iris.class,
      Letters.class,
      Mnist.class,
      Residual.class,
      ResNet.class,
      Spam.class,
      Sunspots.class,
      Transformer.class
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  /** Entry point. */
  public static void main(String[] args) {
    int status =
        new CommandLine(new Main()).setExecutionExceptionHandler(Main::explain).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof IllegalArgumentException || e instanceof ParameterException) {
      System.err.println("error: " + e.getMessage());
      return 1;
    }
    throw e;
  }
}
