package io.sparknn.spark;

import io.sparknn.graph.SafeTensors;
import io.sparknn.tensor.Tensor;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Arrays by name in one safetensors file on any Hadoop file system. */
public final class TensorFile {

  private static final int BUFFER = 1 << 20;

  private TensorFile() {}

  /** Writes arrays; a file that exists is overwritten. */
  public static void write(String file, Map<String, Tensor> tensors, Configuration conf)
      throws IOException {
    Path path = new Path(file);
    try (OutputStream out =
        new BufferedOutputStream(path.getFileSystem(conf).create(path, true), BUFFER)) {
      SafeTensors.write(tensors, out);
    }
  }

  /**
   * Reads the arrays of some names; those that are not there are left out, and others may be of any
   * type.
   *
   * @throws IOException if the file is missing or damaged, or an array of these names holds other
   *     numbers than finite 32-bit floats: one sentence that names it
   */
  public static Map<String, Tensor> read(String file, Predicate<String> wanted, Configuration conf)
      throws IOException {
    try {
      StoredFile stored = StoredFile.of(new Path(file), conf);
      try (InputStream in = stored.open()) {
        Map<String, Tensor> tensors = SafeTensors.read(in, stored.length(), wanted);
        tensors.forEach((name, values) -> values.checkFinite(name));
        return tensors;
      }
    } catch (FileNotFoundException e) {
      throw new IOException("cannot read tensors: there is no file " + file, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "cannot read tensors: %s: %s".formatted(file, StoredFile.sentence(e)), e);
    }
  }
}
