package io.sparknn.optim;

/**
 * AdaGrad (Duchi et al., JMLR 2011):
 *
 * <pre>{@code
 * v = v + g^2
 * w = w - lr * g / (sqrt(v) + epsilon)
 * }</pre>
 *
 * Epsilon is 1e-10 by default.
 */
public final class Adagrad extends BlockwiseOptimizer {

  private final float epsilon;

  // Of the step that was begun.
  private float step;

  Adagrad(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "square");
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
    float small = epsilon;
    for (int i = 0; i < n; i++) {
      float gradient = g[i];
      float v = square[i] + gradient * gradient;
      square[i] = v;
      w[i] -= lr * gradient / ((float) Math.sqrt(v) + small);
    }
  }
}
