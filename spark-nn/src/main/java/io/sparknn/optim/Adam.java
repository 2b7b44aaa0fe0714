package io.sparknn.optim;

import io.sparknn.tensor.Maths;
import java.util.Map;

/**
 * Adam (Kingma and Ba, ICLR 2015): {@code m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g^2; w = w -
 * stepSize * m' / (sqrt(v') + 1e-8)}, where m' and v' are m and v corrected for their start at 0.
 */
public final class Adam implements Optimizer {

  // As the kernel takes them, so that the corrections below are exact.
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final double EPSILON = 1e-8;

  private float[] mean = {};
  private float[] square = {};
  private long steps;

  // Of the step that was begun.
  private double correction;
  private double step;

  @Override
  public void begin(int[] ends, double stepSize, double loss) {
    int size = ends[ends.length - 1];
    if (mean.length != size) {
      mean = new float[size];
      square = new float[size];
    }
    steps++;
    correction = Math.sqrt(1 - Math.pow(BETA2, steps));
    step = stepSize * correction / (1 - Math.pow(BETA1, steps));
  }

  @Override
  public void update(float[] weights, int from, int to, float[] gradient, int offset, float scale) {
    Maths.adamStep(
        (float) step,
        BETA1,
        BETA2,
        (float) (EPSILON * correction),
        scale,
        gradient,
        offset,
        mean,
        square,
        weights,
        from,
        to);
  }

  @Override
  public OptimizerState state() {
    return new OptimizerState(
        Map.of("steps", new double[] {steps}),
        Map.of("mean", mean.clone(), "square", square.clone()));
  }

  @Override
  public void restore(OptimizerState state) {
    mean = state.arrays().get("mean").clone();
    square = state.arrays().get("square").clone();
    steps = (long) state.numbers().get("steps")[0];
  }
}
