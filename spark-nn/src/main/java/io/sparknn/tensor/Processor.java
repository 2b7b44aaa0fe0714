package io.sparknn.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What Linux tells of the processor; elsewhere nothing is known. */
final class Processor {
  private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
  private static final Path SECOND_LEVEL_CACHE =
      Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

  private Processor() {}

  /** The names of its abilities, such as {@code avx512f}; none if they are not known. */
  static Set<String> flags() {
    return read(DESCRIPTION)
        .lines()
        .filter(line -> line.startsWith("flags"))
        .findFirst()
        .map(
            line ->
                Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+"))))
        .orElse(Set.of());
  }

  /** The size of its second-level cache in KB, or 0 if it is not known. */
  static int secondLevelCache() {
    String size = read(SECOND_LEVEL_CACHE).strip();
    return size.matches("\\d+K") ? Integer.parseInt(size.substring(0, size.length() - 1)) : 0;
  }

  /** Whether a number of KB is less than the second-level cache has. */
  static boolean isLesserCache(String size) {
    return size.matches("\\d{1,9}") && Integer.parseInt(size) < secondLevelCache();
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
