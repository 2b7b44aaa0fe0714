package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
    int[][] sizes = {
      {1, 1, 1}, {2, 3, 1}, {1, 7, 5}, {7, 1, 9}, {17, 33, 15}, {31, 63, 100}, {3, 5, 0}
    };
    for (int[] size : sizes) {
      for (int transposed = 0; transposed < 4; transposed++) {
        for (float beta : new float[] {0f, 1f, 0.5f}) {
          for (int gap : new int[] {0, 3}) {
            compare(blas, size, transposed > 1, transposed % 2 == 1, beta, gap);
          }
        }
      }
    }
  }

  /** The arrays end with the last element, so that gaps are rows' only between rows. */
  private static void compare(
      BLAS blas, int[] size, boolean transposeA, boolean transposeB, float beta, int gap) {
    int m = size[0];
    int n = size[1];
    int k = size[2];
    int lda = (transposeA ? m : k) + gap;
    int ldb = (transposeB ? k : n) + gap;
    int ldc = n + gap;
    float alpha = gap == 0 ? 1f : -1.5f;
    float[] a = random(3 + Math.max(0, (transposeA ? k : m) * lda - gap), 1);
    float[] b = random(2 + Math.max(0, (transposeB ? n : k) * ldb - gap), 2);
    float[] c = random(1 + m * ldc - gap, 3);
    float[] expected = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          float x = a[3 + (transposeA ? l * lda + i : i * lda + l)];
          float y = b[2 + (transposeB ? j * ldb + l : l * ldb + j)];
          sum += (double) x * y;
        }
        int at = 1 + i * ldc + j;
        expected[at] = (float) (alpha * sum + beta * (double) c[at]);
      }
    }
    Maths.multiply(
        blas, m, n, k, a, 3, lda, transposeA, b, 2, ldb, transposeB, alpha, beta, c, 1, ldc);
    assertArrayEquals(expected, c, 2e-6f * (k + 1));
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
    OpenBlas.setThreads(4);
    Blas.setThreads(1);
    assertEquals(1, OpenBlas.threads());
    assertNull(Blas.excess(1));
  }

  @Test
  void netlibPropertiesAreRestored() {
    String property = "dev.ludovic.netlib.blas.nativeLibPath";
    String before = System.getProperty(property);
    Blas.embedded();
    assertEquals(before, System.getProperty(property));
  }
}
