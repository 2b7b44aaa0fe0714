package io.sparknn.optim;

/**
 * AdaMax, Adam of the infinity norm (Kingma and Ba, ICLR 2015):
 *
 * <pre>{@code
 * m = beta1 * m + (1 - beta1) * g
 * u = max(beta2 * u, |g| + epsilon)
 * w = w - lr / (1 - beta1^t) * m / u
 * }</pre>
 *
 * Defaults are beta1 0.9, beta2 0.999, epsilon 1e-8.
 */
public final class Adamax extends BlockwiseOptimizer {

  private final float beta1;
  private final float beta2;
  private final float epsilon;

  // Of the step that was begun.
  private float step;

  Adamax(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "mean", "norm");
    beta1 = (float) hyperparameters.beta1();
    beta2 = (float) hyperparameters.beta2();
    epsilon = (float) hyperparameters.epsilon();
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    this.step = (float) (stepSize / (1 - Math.pow(beta1, step)));
  }

  @Override
  void step(float[] w, float[] g, float[][] kept, int start, int n) {
    float[] mean = kept[0];
    float[] norm = kept[1];
    float lr = step;
    float decay1 = beta1;
    float decay2 = beta2;
    float small = epsilon;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float m = decay1 * mean[i] + (1 - decay1) * gradient;
      float u = Math.max(decay2 * norm[i], Math.abs(gradient) + small);
      mean[i] = m;
      norm[i] = u;
      w[i] -= lr * m / u;
    }
  }
}
