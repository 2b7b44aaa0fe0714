package io.sparknn.tensor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The environment variables that say how many threads a product takes, where the library cannot be
 * told by a call. Which of them a library reads is seen from the names in its file.
 */
final class ThreadVariables {

  private static final Pattern TOLD =
      Pattern.compile("openblas_set_num_threads|mkl_set_num_threads|MKL_Set_Num_Threads");
  private static final Pattern OPEN_MP = Pattern.compile("GOMP_parallel|__kmpc_fork_call");
  private static final String BLIS = "BLIS_NUM_THREADS";
  private static final String OMP = "OMP_NUM_THREADS";

  private ThreadVariables() {}

  /**
   * The variable by which a library takes more threads than so many, as {@code NAME=value}; null if
   * there is none.
   *
   * @param read the variables that the library reads
   */
  static String exceeding(List<String> read, int threads, Map<String, String> environment) {
    return read.stream()
        .filter(environment::containsKey)
        .findFirst()
        .filter(variable -> count(environment.get(variable)) > threads)
        .map(variable -> variable + "=" + environment.get(variable))
        .orElse(null);
  }

  /**
   * The variables that a library reads as its file tells, of which the first that is set counts.
   */
  static List<String> readBy(Path library) {
    String content = NativeBlas.content(library);
    List<String> variables = new ArrayList<>();
    if (TOLD.matcher(content).find()) {
      return variables;
    }
    if (content.contains(BLIS)) {
      variables.add(BLIS);
    }
    if (!variables.isEmpty() || OPEN_MP.matcher(content).find()) {
      variables.add(OMP);
    }
    return variables;
  }

  /** OpenMP lists a number for each level of nesting. */
  private static long count(String value) {
    String first = value.split(",", 2)[0].strip();
    return first.matches("\\d{1,9}") ? Long.parseLong(first) : 0;
  }
}
