package io.sparknn.tensor;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Matrix products at the shapes of networks: rows by inner by columns. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ProductBenchmark {

  /** A perceptron's layer, a step of an LSTM, a head's scores and values, a feed-forward layer. */
  @Param({"128x784x512", "64x128x512", "64x32x64", "64x64x32", "2048x128x512"})
  public String shape;

  private Tensor a;
  private Tensor b;
  private Tensor transposedB;
  private Tensor c;

  @Setup
  public void setUp() {
    String[] extents = shape.split("x");
    int rows = Integer.parseInt(extents[0]);
    int inner = Integer.parseInt(extents[1]);
    int columns = Integer.parseInt(extents[2]);
    a = random(rows, inner);
    b = random(inner, columns);
    transposedB = random(columns, inner);
    c = Tensor.zeros(rows, columns);
  }

  static Tensor random(int... extents) {
    Tensor tensor = Tensor.zeros(extents);
    Random random = new Random(1);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  @Benchmark
  public Tensor product() {
    Maths.multiply(a, b, c);
    return c;
  }

  @Benchmark
  public Tensor productWithTransposed() {
    Maths.multiply(a, false, transposedB, true, c, 0);
    return c;
  }
}
