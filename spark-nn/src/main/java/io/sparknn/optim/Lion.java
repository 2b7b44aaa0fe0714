package io.sparknn.optim;

/**
 * Lion, evolved sign momentum (Chen et al., "Symbolic Discovery of Optimization Algorithms",
 * NeurIPS 2023):
 *
 * <pre>{@code
 * w = w - lr * (sign(beta1 * m + (1 - beta1) * g) + weightDecay * w)
 * m = beta2 * m + (1 - beta2) * g
 * }</pre>
 *
 * Defaults are beta1 0.9, beta2 0.99, weightDecay 0. The step size is to be 3 to 10 times smaller
 * than Adam's, and the weight decay as many times greater. (The sign is computed as a clipped steep
 * line, which the compiler turns into vectors; that of numbers below 3e-39 is a fraction.)
 */
public final class Lion extends BlockwiseOptimizer {

  private final float beta1;
  private final float beta2;
  private final double weightDecay;

  // Of the step that was begun.
  private float step;
  private float decay;

  Lion(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "mean");
    beta1 = (float) hyperparameters.beta1();
    beta2 = (float) hyperparameters.beta2();
    weightDecay = hyperparameters.weightDecay();
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    this.step = (float) stepSize;
    decay = (float) (stepSize * weightDecay);
  }

  @Override
  void step(float[] w, float[] g, float[][] kept, int start, int n) {
    float[] mean = kept[0];
    float lr = step;
    float shrink = decay;
    float decay1 = beta1;
    float decay2 = beta2;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float m = mean[i];
      mean[i] = decay2 * m + (1 - decay2) * gradient;
      float steep = Float.MAX_VALUE * (decay1 * m + (1 - decay1) * gradient);
      w[i] -= lr * Math.max(-1f, Math.min(1f, steep)) + shrink * w[i];
    }
  }
}
