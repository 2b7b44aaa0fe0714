package io.sparknn.layer.attention;

import io.sparknn.layer.Pass;
import io.sparknn.layer.Sinusoids;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;

/**
 * Rotary positions (Su et al., "RoFormer", 2021): in each head the features i and i + size / 2 turn
 * as a pair, by an angle proportional to the step, so that scores depend on distances.
 */
final class Rotary {
  private Rotary() {}

  /**
   * Turns all pairs in place.
   *
   * @param direction 1, or -1 for their gradient
   */
  static void turn(Pass pass, Heads heads, int direction) {
    Tensor table = pass.scratch(Slots.ANGLES, Shape.of(heads.steps(), heads.size()));
    Sinusoids.fill(table);
    for (int row = 0; row < pass.rows(); row++) {
      for (int step = 0; step < heads.steps(); step++) {
        for (int head = 0; head < heads.count(); head++) {
          int start = heads.start(row, step) + head * heads.size();
          int angles = table.offset() + step * table.columns();
          turn(heads.tensor().data(), start, table.data(), angles, heads.size() / 2, direction);
        }
      }
    }
  }

  private static void turn(
      float[] x, int start, float[] table, int angles, int half, int direction) {
    for (int i = 0; i < half; i++) {
      float a = x[start + i];
      float b = x[start + half + i];
      float sine = direction * table[angles + 2 * i];
      float cosine = table[angles + 2 * i + 1];
      x[start + i] = a * cosine - b * sine;
      x[start + half + i] = b * cosine + a * sine;
    }
  }
}
