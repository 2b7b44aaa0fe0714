package io.sparknn.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the benchmark runs on. */
final class Machine {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  static String describe() throws IOException {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, %s, Java %s",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Runtime.version());
  }

  private static String processor() throws IOException {
    if (!Files.exists(PROCESSORS)) {
      return "processor of unknown make";
    }
    StringBuilder text = new StringBuilder();
    for (String key : new String[] {"model name", "cpu family", "model"}) {
      Files.readAllLines(PROCESSORS).stream()
          .filter(line -> line.split("\\s*:")[0].strip().equals(key))
          .findFirst()
          .ifPresent(
              line -> {
                String value = line.substring(line.indexOf(':') + 1).strip();
                text.append(text.isEmpty() ? value : ", " + key + " " + value);
              });
    }
    return text.toString();
  }
}
