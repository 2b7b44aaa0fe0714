package io.sparknn.spark;

import io.sparknn.graph.SafeTensors;
import io.sparknn.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
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
   * Reads all arrays of a file.
   *
   * @throws IOException if it is missing or damaged, or holds other numbers than 32-bit floats: one
   *     sentence that names it
   */
  public static Map<String, Tensor> read(String file, Configuration conf) throws IOException {
    Path path = new Path(file);
    try (InputStream in = new BufferedInputStream(path.getFileSystem(conf).open(path), BUFFER)) {
      return SafeTensors.read(in);
    } catch (FileNotFoundException e) {
      throw new IOException("cannot read tensors: there is no file " + file, e);
    } catch (IOException e) {
      throw new IOException("cannot read tensors: %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
