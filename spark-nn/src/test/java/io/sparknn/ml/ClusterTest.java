package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors in processes of their own, with authentication and encryption, one of which is killed
 * now and then, train to the bits of a single process.
 */
class ClusterTest {

  @TempDir private Path folder;

  @Test
  void aClusterTrainsToTheBitsOfOneProcess() throws Exception {
    int expected = ClusterTrial.checksum(spark(), "jobs");
    Map<String, String> results = new TreeMap<>();
    for (String line : run()) {
      if (line.startsWith("trial: ")) {
        int space = line.lastIndexOf(' ');
        results.put(line.substring("trial: ".length(), space), line.substring(space + 1));
      }
    }
    String same = String.valueOf(expected);
    assertEquals(
        Map.of(
            "barrier, a chain of executors", same,
            "barrier", same,
            "barrier, rounded, loses nothing", "1",
            "barrier with a kill", same,
            "barrier kills", "1",
            "jobs", same,
            "jobs, rounded, loses nothing", "1",
            "jobs with a kill", same,
            "jobs kills", "1"),
        results);
  }

  private List<String> run() throws IOException, InterruptedException {
    Path home = Files.createDirectories(folder.resolve("spark/jars")).getParent();
    String classpath = System.getProperty("java.class.path");
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    Stream.of(
            "spark.master=local-cluster[2,1,768]",
            "spark.executor.memory=768m",
            "spark.executor.extraClassPath=" + classpath,
            "spark.driver.host=127.0.0.1",
            "spark.ui.enabled=false",
            "spark.authenticate=true",
            "spark.authenticate.secret=a secret of the test",
            "spark.network.crypto.enabled=true",
            "spark.deploy.maxExecutorRetries=-1")
        .forEach(setting -> command.add("-D" + setting));
    command.addAll(List.of("-cp", classpath, ClusterTrial.class.getName()));
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
    Process process = builder.start();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(output);
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    return lines;
  }
}
