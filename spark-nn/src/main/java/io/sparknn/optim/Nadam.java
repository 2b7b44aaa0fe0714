package io.sparknn.optim;

/**
 * NAdam, Adam with Nesterov's momentum (Dozat, ICLR workshop 2016):
 *
 * <pre>{@code
 * mu(t) = beta1 * (1 - 0.96^(0.004 t) / 2)
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g^2
 * m' = mu(t + 1) * m / (1 - mu(1) ... mu(t + 1)) + (1 - mu(t)) * g / (1 - mu(1) ... mu(t))
 * w = w - lr * m' / (sqrt(v / (1 - beta2^t)) + epsilon)
 * }</pre>
 *
 * Defaults are beta1 0.9, beta2 0.999, epsilon 1e-8. PyTorch had mu(t) twice in the first product
 * before its version 2.
 */
public final class Nadam extends BlockwiseOptimizer {

  private static final double DECAY = 0.96;
  private static final double DECAY_PER_STEP = 0.004;

  private final float beta1;
  private final float beta2;
  private final double epsilon;

  /** mu(1) ... mu(t). */
  private double product = 1;

  // Of the step that was begun.
  private float gradientStep;
  private float meanStep;
  private float smallest;

  Nadam(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "mean", "square");
    beta1 = (float) hyperparameters.beta1();
    beta2 = (float) hyperparameters.beta2();
    epsilon = hyperparameters.epsilon();
  }

  private double mu(long step) {
    return beta1 * (1 - Math.pow(DECAY, DECAY_PER_STEP * step) / 2);
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    product *= mu(step);
    double correction = Math.sqrt(1 - Math.pow(beta2, step));
    double lr = stepSize * correction;
    gradientStep = (float) (lr * (1 - mu(step)) / (1 - product));
    meanStep = (float) (lr * mu(step + 1) / (1 - product * mu(step + 1)));
    smallest = (float) (epsilon * correction);
  }

  @Override
  void step(float[] w, float[] g, float[][] kept, int start, int n) {
    float[] mean = kept[0];
    float[] square = kept[1];
    float decay1 = beta1;
    float decay2 = beta2;
    float ofGradient = gradientStep;
    float ofMean = meanStep;
    float small = smallest;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float m = decay1 * mean[i] + (1 - decay1) * gradient;
      float v = decay2 * square[i] + (1 - decay2) * gradient * gradient;
      mean[i] = m;
      square[i] = v;
      w[i] -= (ofGradient * gradient + ofMean * m) / ((float) Math.sqrt(v) + small);
    }
  }

  @Override
  double[] extra() {
    return new double[] {product};
  }

  @Override
  void restoreExtra(double[] extra) {
    product = extra[0];
  }
}
