package io.sparknn.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** A virtual machine with the tests' class path, which a test starts, reads from and may kill. */
final class ChildJvm implements AutoCloseable {

  private static final String CLASSPATH = System.getProperty("java.class.path");
  private static final String RESULT = "trial: ";

  /** No machine is so busy; what does not end by then never does. */
  private static final long PATIENCE_MINUTES = 20;

  private final Process process;
  private final Path output;

  private ChildJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a main class. What it prints goes into a file in the folder. */
  static ChildJvm start(Path folder, List<String> options, String main, List<String> arguments)
      throws IOException {
    return start(folder, options, main, arguments, Map.of());
  }

  /** Starts a main class with more variables in its environment. */
  static ChildJvm start(
      Path folder,
      List<String> options,
      String main,
      List<String> arguments,
      Map<String, String> environment)
      throws IOException {
    Path home = Files.createDirectories(folder.resolve("spark/jars")).getParent();
    Path output = Files.createTempFile(folder, "output", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(options);
    command.addAll(List.of("-cp", CLASSPATH, main));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME", home.toString(),
                "SPARK_SCALA_VERSION", "2.13",
                "SPARK_LOCAL_IP", "127.0.0.1"));
    builder.environment().putAll(environment);
    return new ChildJvm(builder.start(), output);
  }

  /** Starts a driver whose executors are processes of their own, two unless settings say else. */
  static ChildJvm driver(
      Path folder, Map<String, String> settings, Class<?> main, String... arguments)
      throws IOException {
    Map<String, String> all =
        new TreeMap<>(
            Map.of(
                "spark.master", "local-cluster[2,1,768]",
                "spark.executor.memory", "768m",
                "spark.executor.extraClassPath", CLASSPATH,
                "spark.driver.host", "127.0.0.1",
                "spark.ui.enabled", "false",
                "spark.deploy.maxExecutorRetries", "-1"));
    all.putAll(settings);
    List<String> options =
        all.entrySet().stream().map(s -> "-D%s=%s".formatted(s.getKey(), s.getValue())).toList();
    return start(folder, options, main.getName(), List.of(arguments));
  }

  /** Prints what {@link #results} gives the parent. */
  static void print(String name, Object value) {
    System.out.println(RESULT + name + " " + value);
  }

  /** What a machine that must end well has printed as results. */
  Map<String, String> results() throws IOException, InterruptedException {
    await(0);
    Map<String, String> results = new TreeMap<>();
    for (String line : Files.readAllLines(output)) {
      if (line.startsWith(RESULT)) {
        int space = line.lastIndexOf(' ');
        results.put(line.substring(RESULT.length(), space), line.substring(space + 1));
      }
    }
    return results;
  }

  /** Waits until this machine has ended with a status. */
  void await(int status) throws InterruptedException {
    assertTrue(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES), () -> "no end: " + text());
    assertEquals(status, process.exitValue(), this::text);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** All that was printed. */
  String text() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Kills this machine alone, by SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Kills this machine and its children. */
  @Override
  public void close() {
    try (Stream<ProcessHandle> children = process.descendants()) {
      children.forEach(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly();
  }
}
