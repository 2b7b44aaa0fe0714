package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ludovic.netlib.blas.BLAS;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlasTest {
  static List<BLAS> libraries() {
    return List.of(Blas.embedded().blas(), Blas.plainJava("tested").blas());
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void multipliesInAllTranspositions(BLAS blas) {
    int[][] sizes = {{1, 1, 1}, {2, 3, 1}, {1, 7, 5}, {7, 1, 9}, {17, 33, 15}, {31, 63, 100}};
    for (int[] size : sizes) {
      for (int transposed = 0; transposed < 4; transposed++) {
        for (float beta : new float[] {0f, 1f, 0.5f}) {
          compare(blas, size[0], size[1], size[2], transposed > 1, transposed % 2 == 1, beta);
        }
      }
    }
  }

  private static void compare(
      BLAS blas, int m, int n, int k, boolean transposeA, boolean transposeB, float beta) {
    float[] a = random(3 + m * k, 1);
    float[] b = random(2 + k * n, 2);
    float[] c = random(1 + m * n + 4, 3);
    float[] before = c.clone();
    Maths.multiply(blas, m, n, k, a, 3, transposeA, b, 2, transposeB, beta, c, 1);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = beta * (double) before[1 + i * n + j];
        for (int l = 0; l < k; l++) {
          float x = a[3 + (transposeA ? l * m + i : i * k + l)];
          float y = b[2 + (transposeB ? j * k + l : l * n + j)];
          sum += (double) x * y;
        }
        assertEquals(sum, c[1 + i * n + j], 1e-6 * (k + 1));
      }
    }
    assertEquals(before[0], c[0]);
    for (int i = 1 + m * n; i < c.length; i++) {
      assertEquals(before[i], c[i]);
    }
  }

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  @Test
  void embeddedIsTheDefault() {
    List<String> warnings = new ArrayList<>();
    Blas.Choice choice = Blas.choose("", warnings::add);
    assertTrue(NativeBlas.multipliesCorrectly(choice.blas()));
    assertTrue(choice.name().startsWith("OpenBLAS 0.3."), choice.name());
    assertEquals(List.of(), warnings);
  }

  /** Neither exists; the third exists on any Linux and is a library, but no BLAS. */
  @ParameterizedTest
  @ValueSource(strings = {"/no/such/file.so", "libnosuchthing.so", "libm.so.6"})
  void aNamedLibraryThatFailsIsReported(String named) {
    assertFallsBack(named);
  }

  @Test
  void aTextFileIsReported(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("libtext.so"), "not a library");
    assertFallsBack(file.toString());
  }

  private static void assertFallsBack(String named) {
    List<String> warnings = new ArrayList<>();
    Blas.Choice choice = Blas.choose(named, warnings::add);
    assertTrue(NativeBlas.multipliesCorrectly(choice.blas()));
    assertEquals(1, warnings.size());
    String warning = warnings.get(0);
    assertTrue(warning.contains("\"" + named + "\""), warning);
    assertTrue(warning.contains(choice.name() + " is used instead"), warning);
    assertTrue(warning.contains(Blas.LIBRARY_PROPERTY), warning);
  }

  @Test
  void aNamedLibraryIsTaken() {
    List<String> warnings = new ArrayList<>();
    String path = OpenBlas.unpack().toString();
    Blas.Choice choice = Blas.choose(path, warnings::add);
    assertEquals(path, choice.name());
    assertEquals(List.of(), warnings);
  }

  @Test
  void loadsFromManyThreads() {
    IntStream.range(0, 8)
        .parallel()
        .forEach(i -> assertTrue(NativeBlas.multipliesCorrectly(Blas.embedded().blas())));
  }

  @Test
  void threadsAreSet() {
    Blas.setThreads(2);
    assertEquals(2, OpenBlas.threads());
    Blas.setThreads(1);
    assertEquals(1, OpenBlas.threads());
    assertThrows(IllegalArgumentException.class, () -> Blas.setThreads(0));
  }

  @Test
  void netlibPropertiesAreRestored() {
    String property = "dev.ludovic.netlib.blas.nativeLibPath";
    String before = System.getProperty(property);
    Blas.embedded();
    assertEquals(before, System.getProperty(property));
  }
}
