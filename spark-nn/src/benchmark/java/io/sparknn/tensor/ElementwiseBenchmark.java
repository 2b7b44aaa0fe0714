package io.sparknn.tensor;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time of one element in activations, softmax, normalisation, dropout and optimisers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(ElementwiseBenchmark.SIZE)
public class ElementwiseBenchmark {
  static final int COLUMNS = 128;
  static final int ROWS = 64;
  static final int SIZE = ROWS * COLUMNS;

  @Param({"vector", "plain"})
  public String provider;

  private Kernels kernels;
  private final float[] x = ProductBenchmark.random(SIZE).data();
  private final float[] dy = ProductBenchmark.random(SIZE).data();
  private final float[] y = new float[SIZE];
  private final float[] weights = new float[SIZE];
  private final float[] mean = new float[SIZE];
  private final float[] square = new float[SIZE];
  private final float[] inverse = new float[ROWS];
  private final float[] scale = new float[COLUMNS];
  private final float[] shift = new float[COLUMNS];

  @Setup
  public void setUp() {
    kernels = provider.equals("vector") ? new VectorKernels() : new PlainKernels();
  }

  @Benchmark
  public float[] relu() {
    kernels.relu(0, x, 0, y, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] exp() {
    kernels.exp(x, 0, y, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] tanh() {
    kernels.tanh(x, 0, y, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] sigmoid() {
    kernels.sigmoid(x, 0, y, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] gelu() {
    kernels.gelu(x, 0, y, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] geluTanhGradient() {
    kernels.geluTanhGradient(x, 0, dy, 0, y, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] softmax() {
    kernels.softmaxRows(x, 0, y, 0, ROWS, COLUMNS);
    return y;
  }

  @Benchmark
  public float[] layerNormalization() {
    kernels.normalizeRows(x, 0, 1e-5f, y, 0, inverse, 0, ROWS, COLUMNS);
    return y;
  }

  @Benchmark
  public float[] batchNormalization() {
    kernels.channels().affine(x, 0, scale, 0, shift, 0, 0, y, 0, ROWS, COLUMNS);
    return y;
  }

  @Benchmark
  public float[] dropout() {
    kernels.dropout(0.1f, 7, x, 0, y, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] sum() {
    y[0] = (float) kernels.sum(x, 0, SIZE);
    return y;
  }

  @Benchmark
  public float[] momentum() {
    kernels.momentumStep(1e-3f, 0.9f, false, 1, dy, 0, mean, weights, 0, SIZE);
    return weights;
  }

  @Benchmark
  public float[] adam() {
    kernels.adamStep(1e-3f, 0.9f, 0.999f, 1e-8f, 1, dy, 0, mean, square, weights, 0, SIZE);
    return weights;
  }
}
