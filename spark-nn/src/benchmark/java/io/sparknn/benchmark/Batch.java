package io.sparknn.benchmark;

import io.sparknn.tensor.Shape;
import java.util.Random;

/**
 * Random rows, the same for every library.
 *
 * @param shape of one row
 * @param inputs {@code rows} times so many values
 * @param labels the class of each row, or of each step of each row
 */
record Batch(int rows, Shape shape, float[] inputs, float[] labels) {
  static final long SEED = 1;

  /** The learning rate. */
  static final double STEP_SIZE = 1e-3;

  /**
   * A batch.
   *
   * @param vocabulary the number of ids, or 0 for normally distributed inputs
   * @param labels the number of labels of a row
   */
  static Batch random(int rows, Shape shape, int vocabulary, int classes, int labels) {
    Random random = new Random(SEED);
    float[] inputs = new float[rows * shape.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = vocabulary == 0 ? (float) random.nextGaussian() : random.nextInt(vocabulary);
    }
    float[] targets = new float[rows * labels];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = random.nextInt(classes);
    }
    return new Batch(rows, shape, inputs, targets);
  }
}
