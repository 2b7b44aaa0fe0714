package io.sparknn.optim;

import io.sparknn.tensor.Maths;

/**
 * Stochastic gradient descent with momentum (Polyak 1964):
 *
 * <pre>{@code
 * w = w - lr * weightDecay * w
 * v = momentum * v + g
 * w = w - lr * v                     sgd
 * w = w - lr * (g + momentum * v)    nesterov (Sutskever et al., ICML 2013)
 * }</pre>
 *
 * Momentum is 0.9 by default; with 0 this is plain gradient descent. Weight decay is 0 by default,
 * and decoupled from the gradient (SGDW, Loshchilov and Hutter, ICLR 2019): it does not enter the
 * velocity.
 */
public final class Momentum extends StatefulOptimizer {

  private final float momentum;
  private final double weightDecay;
  private final boolean isNesterov;

  // Of the step that was begun.
  private float step;
  private float decay;

  /** An optimiser; momentum is in [0, 1). */
  public Momentum(double momentum) {
    this(Solver.SGD, Solver.SGD.defaults().withMomentum(momentum));
  }

  Momentum(Solver solver, Hyperparameters hyperparameters) {
    super(solver, "velocity");
    momentum = (float) hyperparameters.momentum();
    weightDecay = hyperparameters.weightDecay();
    isNesterov = solver == Solver.NESTEROV;
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    this.step = (float) stepSize;
    decay = (float) (stepSize * weightDecay);
  }

  @Override
  public void update(float[] weights, int from, int to, float[] gradient, int offset, float scale) {
    float[] velocity = array(0);
    decayThen(
        decay,
        weights,
        from,
        to,
        (start, end) ->
            Maths.momentumStep(
                step,
                momentum,
                isNesterov,
                scale,
                gradient,
                offset + start - from,
                velocity,
                weights,
                start,
                end));
  }
}
