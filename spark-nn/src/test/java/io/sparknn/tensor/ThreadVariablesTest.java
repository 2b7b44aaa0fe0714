package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which variable lets a library take more than 2 threads. */
class ThreadVariablesTest {

  @TempDir private Path folder;

  private static String exceeding(Path library, int threads, Map<String, String> environment) {
    return ThreadVariables.exceeding(ThreadVariables.readBy(library), threads, environment);
  }

  @ParameterizedTest
  @CsvSource({
    "GOMP_parallel, , 4, OMP_NUM_THREADS=4",
    "__kmpc_fork_call, , '3,1', 'OMP_NUM_THREADS=3,1'",
    "GOMP_parallel, , 2, ",
    "GOMP_parallel, 8, , ",
    "GOMP_parallel, , many, ",
    "BLIS_NUM_THREADS, 8, 1, BLIS_NUM_THREADS=8",
    "BLIS_NUM_THREADS, 1, 8, ",
    "BLIS_NUM_THREADS, , 8, OMP_NUM_THREADS=8",
    "GOMP_parallel MKL_Set_Num_Threads, , 8, ",
    "GOMP_parallel openblas_set_num_threads, , 8, ",
    "sgemm_, 8, 8, "
  })
  void onlyAVariableThatTheLibraryReadsCounts(
      String names, String blis, String openMp, String expected) throws IOException {
    Map<String, String> environment = new HashMap<>(Map.of("OPENBLAS_NUM_THREADS", "8"));
    environment.put("BLIS_NUM_THREADS", blis);
    environment.put("OMP_NUM_THREADS", openMp);
    environment.values().removeIf(value -> value == null);
    Path library = Files.writeString(folder.resolve("libblas.so"), "\0" + names + "\0");
    assertEquals(expected, exceeding(library, 2, environment));
  }

  @Test
  void theEmbeddedLibraryDoesAsItIsTold() {
    Map<String, String> environment = Map.of("OMP_NUM_THREADS", "8", "OPENBLAS_NUM_THREADS", "8");
    assertNull(exceeding(OpenBlas.unpack(), 1, environment));
  }
}
