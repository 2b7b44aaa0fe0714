package io.sparknn.optim;

/**
 * RMSprop (Tieleman and Hinton, Coursera lecture 6.5, 2012), as PyTorch has it without momentum:
 *
 * <pre>{@code
 * v = rho * v + (1 - rho) * g^2
 * w = w - lr * g / (sqrt(v) + epsilon)
 * }</pre>
 *
 * Defaults are rho 0.99 (PyTorch's alpha) and epsilon 1e-8.
 */
public final class RmsProp extends BlockwiseOptimizer {

  private final float rho;
  private final float epsilon;

  // Of the step that was begun.
  private float step;

  RmsProp(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "square");
    rho = (float) hyperparameters.rho();
    epsilon = (float) hyperparameters.epsilon();
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    this.step = (float) stepSize;
  }

  @Override
  void step(float[] w, float[] g, float[][] kept, int start, int n) {
    float[] square = kept[0];
    float lr = step;
    float decay = rho;
    float small = epsilon;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float v = decay * square[i] + (1 - decay) * gradient * gradient;
      square[i] = v;
      w[i] -= lr * gradient / ((float) Math.sqrt(v) + small);
    }
  }
}
