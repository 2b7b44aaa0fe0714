package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path folder;

  @Test
  void tensorsComeBack() throws IOException {
    Tensor values = new Tensor(new float[] {9, 1, 2, 3, 4, 9}, 1, Shape.of(2, 2));
    String file = folder + "/new/file.safetensors";
    TensorFile.write(file, Map.of("a/b", values), CONF);
    Map<String, Tensor> read = TensorFile.read(file, name -> true, CONF);
    assertEquals(1, read.size());
    assertEquals(Shape.of(2, 2), read.get("a/b").shape());
    assertArrayEquals(new float[] {1, 2, 3, 4}, read.get("a/b").data());
  }

  @Test
  void aFileThatIsMissingOrDamagedIsNamed() throws IOException {
    String file = folder + "/file.safetensors";
    assertEquals("cannot read tensors: there is no file " + file, refusal(file));
    Files.write(Path.of(file), new byte[3]);
    assertEquals("cannot read tensors: %s: it is cut short".formatted(file), refusal(file));
    assertTrue(refusal(folder.toString()).contains(folder.toString()));
  }

  private static String refusal(String file) {
    return assertThrows(IOException.class, () -> TensorFile.read(file, name -> true, CONF))
        .getMessage();
  }
}
