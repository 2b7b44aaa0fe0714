package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.tensor.BFloat16;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Gradients of 16 bits. */
class GradientRoundingTest {

  private static final int SIZE = 1000;

  private static Gradient random(int seed) {
    Random random = new Random(seed);
    Gradient gradient = Gradient.ofSize(SIZE);
    for (int i = 0; i < SIZE; i++) {
      gradient.dense()[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
    }
    return gradient;
  }

  @Test
  void numbersAreRoundedToTheNearest() {
    for (float value : random(1).dense()) {
      float rounded = BFloat16.round(value);
      assertEquals(0, Float.floatToRawIntBits(rounded) & 0xffff);
      assertEquals(value, rounded, Math.abs(value) / 256);
    }
    assertEquals(1, BFloat16.round(1 + 1f / 256));
    assertEquals(1 + 1f / 64, BFloat16.round(1 + 3f / 256));
    assertEquals(Float.POSITIVE_INFINITY, BFloat16.round(Float.MAX_VALUE));
    assertTrue(Float.isNaN(BFloat16.round(Float.NaN)));
  }

  @Test
  void whatRoundingTakesAwayComesWithTheNext() {
    float[] residual = new float[SIZE];
    float[] once = Gradient.ofSize(SIZE).dense();
    double[] sum = new double[SIZE];
    Gradient gradient = Gradient.ofSize(SIZE);
    Random random = new Random(2);
    for (int i = 0; i < SIZE; i++) {
      once[i] = random.nextFloat(-1, 1);
    }
    for (int step = 0; step < 100; step++) {
      System.arraycopy(once, 0, gradient.dense(), 0, SIZE);
      gradient.round(residual);
      for (int i = 0; i < SIZE; i++) {
        sum[i] += gradient.dense()[i];
      }
    }
    for (int i = 0; i < SIZE; i++) {
      assertEquals(100.0 * once[i], sum[i] + residual[i], 1e-4);
      assertEquals(0, residual[i], 1f / 128);
    }
  }

  @Test
  void roundedOnesTakeHalfTheBytesAndLoseNothingElse() throws Exception {
    Gradient plain = random(3);
    long bytes = plain.bytes();
    Gradient rounded = random(3);
    rounded.round(new float[SIZE]);
    assertEquals(bytes - 2 * SIZE, rounded.bytes());
    for (Gradient gradient : new Gradient[] {plain, rounded}) {
      ByteBuffer buffer = ByteBuffer.allocate((int) gradient.bytes());
      gradient.write(buffer);
      assertEquals(0, buffer.remaining());
      Gradient read = random(4);
      read.read(buffer.flip());
      assertArrayEquals(gradient.dense(), read.dense(), 0);
      assertArrayEquals(gradient.dense(), serialized(gradient).dense(), 0);
    }
    rounded.add(plain);
    assertEquals(bytes, rounded.bytes());
  }

  private static Gradient serialized(Gradient gradient) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(gradient);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Gradient) in.readObject();
    }
  }
}
