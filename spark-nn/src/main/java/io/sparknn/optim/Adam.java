package io.sparknn.optim;

import io.sparknn.tensor.Maths;

/**
 * Adam (Kingma and Ba, ICLR 2015), and AdamW, which decays weights (Loshchilov and Hutter, ICLR
 * 2019):
 *
 * <pre>{@code
 * w = w - lr * weightDecay * w
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g^2
 * w = w - lr * m' / (sqrt(v') + epsilon)
 * }</pre>
 *
 * where {@code m' = m / (1 - beta1^t)} and {@code v' = v / (1 - beta2^t)} are corrected for their
 * start at 0. Defaults are beta1 0.9, beta2 0.999, epsilon 1e-8, and weightDecay 0.01 in AdamW.
 */
public final class Adam extends StatefulOptimizer {

  // As the kernel takes them, so that the corrections below are exact.
  private final float beta1;
  private final float beta2;
  private final double epsilon;
  private final double weightDecay;

  // Of the step that was begun.
  private double correction;
  private double step;
  private float decay;

  /** Adam with the defaults. */
  public Adam() {
    this(Solver.ADAM, Solver.ADAM.defaults());
  }

  Adam(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "mean", "square");
    beta1 = (float) hyperparameters.beta1();
    beta2 = (float) hyperparameters.beta2();
    epsilon = hyperparameters.epsilon();
    weightDecay = hyperparameters.weightDecay();
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    correction = Math.sqrt(1 - Math.pow(beta2, step));
    this.step = stepSize * correction / (1 - Math.pow(beta1, step));
    decay = (float) (stepSize * weightDecay);
  }

  @Override
  public void update(float[] weights, int from, int to, float[] gradient, int offset, float scale) {
    float[] mean = array(0);
    float[] square = array(1);
    decayThen(
        decay,
        weights,
        from,
        to,
        (start, end) ->
            Maths.adamStep(
                (float) step,
                beta1,
                beta2,
                (float) (epsilon * correction),
                scale,
                gradient,
                offset + start - from,
                mean,
                square,
                weights,
                start,
                end));
  }
}
