package io.sparknn.optim;

import io.sparknn.tensor.Maths;
import java.util.Arrays;

/**
 * LAMB, Adam whose step is a share of each weight tensor's norm, for large batches (You et al.,
 * ICLR 2020):
 *
 * <pre>{@code
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g^2
 * r = m' / (sqrt(v') + epsilon) + weightDecay * w
 * w = w - lr * |w| / |r| * r
 * }</pre>
 *
 * where {@code m'} and {@code v'} are corrected as in {@link Adam}, and the norms are those of a
 * whole tensor; their ratio is 1 where one of them is 0. Defaults are beta1 0.9, beta2 0.999,
 * epsilon 1e-6, weightDecay 0.01.
 */
public final class Lamb extends BlockwiseOptimizer {

  private final float beta1;
  private final float beta2;
  private final double epsilon;
  private final float weightDecay;

  // Of the step that was begun.
  private double step;
  private float factor;
  private float smallest;
  private float[] direction = {};

  Lamb(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "mean", "square");
    beta1 = (float) hyperparameters.beta1();
    beta2 = (float) hyperparameters.beta2();
    epsilon = hyperparameters.epsilon();
    weightDecay = (float) hyperparameters.weightDecay();
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    int size = size(ends());
    if (direction.length == size) {
      Arrays.fill(direction, 0);
    } else {
      direction = new float[size];
    }
    double correction = Math.sqrt(1 - Math.pow(beta2, step));
    this.step = stepSize;
    factor = (float) (correction / (1 - Math.pow(beta1, step)));
    smallest = (float) (epsilon * correction);
  }

  @Override
  void step(float[] w, float[] g, float[][] kept, int start, int n) {
    float[] mean = kept[0];
    float[] square = kept[1];
    float decay1 = beta1;
    float decay2 = beta2;
    float ofMean = factor;
    float shrink = weightDecay;
    float small = smallest;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float m = decay1 * mean[i] + (1 - decay1) * gradient;
      float v = decay2 * square[i] + (1 - decay2) * gradient * gradient;
      mean[i] = m;
      square[i] = v;
      g[i] = ofMean * m / ((float) Math.sqrt(v) + small) + shrink * w[i];
    }
    System.arraycopy(g, 0, direction, start, n);
  }

  @Override
  public void end(float[] weights) {
    int start = 0;
    for (int end : ends()) {
      int length = end - start;
      double norm = Math.sqrt(Maths.dot(weights, start, weights, start, length));
      double change = Math.sqrt(Maths.dot(direction, start, direction, start, length));
      double ratio = norm > 0 && change > 0 ? norm / change : 1;
      Maths.addScaled((float) (-step * ratio), direction, start, weights, start, length);
      start = end;
    }
  }
}
