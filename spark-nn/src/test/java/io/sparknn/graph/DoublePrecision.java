package io.sparknn.graph;

import io.sparknn.layer.Layer;
import io.sparknn.tensor.Shape;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The library's own layers in double precision: their sources with {@code double} in place of
 * {@code float}, compiled and loaded beside the others. So finite differences of the very same code
 * are exact to many more digits, and its gradients are a reference for those in single precision.
 *
 * <p>Only the kernels of {@code double/tensor} in the tests' resources are written by hand: they
 * are functions of one element whose fast forms are made for 32 bits.
 */
public final class DoublePrecision {

  private static final List<String> PACKAGES =
      List.of("tensor", "init", "activation", "layer", "graph");

  /** Providers of kernels and of BLAS, files, and what {@code double/tensor} replaces. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "NativeBlas.java",
          "NativeCache.java",
          "OpenBlas.java",
          "SafeTensors.java",
          "SafeTensorsHeader.java",
          "BFloat16.java",
          "Blas.java",
          "KernelProvider.java",
          "Scalar.java");

  private static final List<String> REPLACEMENTS =
      List.of("BFloat16.java", "Blas.java", "KernelProvider.java", "Scalar.java");

  private static final ClassLoader LOADER = load();

  private DoublePrecision() {}

  /**
   * Checks the gradients of a layer by finite differences in double precision.
   *
   * @return the outputs and gradients of a training step of {@link NetworkTrial}, one after another
   */
  public static double[] checkGradients(Layer layer, List<Shape> inputs, int rows) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(LOADER);
    try {
      int[][] extents = inputs.stream().map(Shape::extents).toArray(int[][]::new);
      return (double[])
          LOADER
              .loadClass(NetworkTrial.class.getName())
              .getMethod("checkGradients", String.class, int[][].class, int.class)
              .invoke(null, GraphJson.write(layer), extents, rows);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static ClassLoader load() {
    try {
      Path root = Files.createTempDirectory("spark-nn-double");
      try {
        return new DoubleLoader(classes(root));
      } finally {
        try (Stream<Path> files = Files.walk(root)) {
          files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of the compiled classes, somewhere below a root. */
  private static Path classes(Path root) throws IOException {
    List<String> files = new ArrayList<>();
    for (String name : PACKAGES) {
      try (Stream<Path> sources = Files.walk(Path.of("src/main/java/io/sparknn", name))) {
        for (Path source : sources.filter(DoublePrecision::isUsed).toList()) {
          files.add(write(root, source.toString(), Files.readString(source)));
        }
      }
    }
    for (String name : REPLACEMENTS) {
      try (InputStream in = DoublePrecision.class.getResourceAsStream("/double/tensor/" + name)) {
        files.add(write(root, name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    Path trial = Path.of("src/test/java/io/sparknn/graph/NetworkTrial.java");
    files.add(write(root, trial.toString(), Files.readString(trial)));
    return compile(root, files);
  }

  private static boolean isUsed(Path source) {
    String name = source.getFileName().toString();
    return name.endsWith(".java")
        && !name.startsWith("Vector")
        && !name.equals("package-info.java")
        && !LEFT_OUT.contains(name);
  }

  private static String write(Path root, String name, String source) throws IOException {
    Path file = root.resolve("source").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, toDouble(source));
    return file.toString();
  }

  private static String toDouble(String source) {
    return source
        .replaceAll("\\bfloat\\b", "double")
        .replaceAll("\\bFloat\\b", "Double")
        .replaceAll("\\b(next|as)Float", "$1Double")
        .replaceAll("\\bsgemm\\b", "dgemm")
        .replaceAll("(?<![\\w.])(\\d[\\d._]*(?:e-?\\d+)?)f\\b", "$1d");
  }

  private static Path compile(Path root, List<String> files) throws IOException {
    Path classes = Files.createDirectories(root.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter log = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-parameters",
            "-classpath",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "-d",
            classes.toString());
    boolean done;
    try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      done =
          compiler
              .getTask(
                  log,
                  manager,
                  null,
                  options,
                  null,
                  manager.getJavaFileObjects(files.toArray(String[]::new)))
              .call();
    }
    if (!done) {
      throw new IllegalStateException("the layers do not compile in double precision:\n" + log);
    }
    return classes;
  }

  /** Defines the library's classes itself, and takes all others from the parent. */
  private static final class DoubleLoader extends ClassLoader {
    private final Map<String, byte[]> classes = new HashMap<>();

    DoubleLoader(Path folder) throws IOException {
      super(DoublePrecision.class.getClassLoader());
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = folder.relativize(file).toString().replace(File.separatorChar, '.');
          classes.put(name.replaceAll("\\.class$", ""), Files.readAllBytes(file));
        }
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!classes.containsKey(name)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        byte[] bytes = classes.get(name);
        return loaded == null ? defineClass(name, bytes, 0, bytes.length) : loaded;
      }
    }
  }
}
