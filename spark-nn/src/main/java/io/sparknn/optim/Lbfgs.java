package io.sparknn.optim;

import io.sparknn.tensor.Maths;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * L-BFGS, Newton's method with an inverse Hessian that is estimated from the last 10 steps (Liu and
 * Nocedal, Mathematical Programming 1989; Nocedal and Wright, "Numerical Optimization", algorithms
 * 3.1, 7.4 and 7.5):
 *
 * <pre>{@code
 * s = change of w, y = change of g     in a step that was accepted, kept if s.y > 1e-10 |s| |y|
 * d = -H g                             by the two-loop recursion, from H = s.y / y.y
 * w = w + lr * d                       the first time w + min(1, 1 / sum |g|) * lr * d
 * }</pre>
 *
 * A step is accepted if {@code loss(w + a d) <= loss(w) + 1e-4 * a * g.d}, Armijo's condition, up
 * to the loss's rounding. Else the next step goes back to w and half as far, or to the least point
 * of the parabola through the two losses and the slope where that is not even an eighth as far;
 * after 20 such steps the history is dropped. Every step takes one loss and gradient, which must be
 * of all rows and without noise: batchSize is to be at least the number of rows. The step size is
 * to be 1, as Newton's. While Armijo's condition holds the steps are those of PyTorch's LBFGS with
 * {@code max_iter=1}.
 *
 * <p>Nothing is compared with an absolute number, so that the unit of the labels does not matter:
 * labels a million times as small get weights a million times as small.
 */
public final class Lbfgs extends StatefulOptimizer {

  private static final int HISTORY = 10;
  private static final double ARMIJO = 1e-4;
  private static final int MOST_HALVINGS = 20;

  /** A parabola whose least point is nearer than this share of the step is believed. */
  private static final double NEAR = 1.0 / 8;

  /** The least cosine of the angle between s and y. */
  private static final double LEAST_COSINE = 1e-10;

  // The arrays: the weights that were last accepted, their gradient, the direction from there,
  // and a ring of s and one of y.
  private static final int POINT = 0;
  private static final int GRADIENT = 1;
  private static final int DIRECTION = 2;
  private static final int S = 3;
  private static final int Y = S + HISTORY;

  /** Whether the weights are a step away from the point. */
  private boolean hasPoint;

  private double pointLoss;
  private double slope;
  private double length;
  private int halvings;

  /** The pairs that entered the history so far. */
  private int pairs;

  private double scale = 1;
  private final double[] curvatures = new double[HISTORY];

  // Of the step that was begun.
  private double stepSize;
  private double loss;
  private float[] gradient = {};

  /** An optimiser; none of the numbers is in its formula. */
  Lbfgs(Solver solver, Hyperparameters hyperparameters) {
    super(solver, names());
  }

  private static String[] names() {
    return Stream.concat(
            Stream.of("point", "gradient", "direction"),
            Stream.of("s", "y")
                .flatMap(name -> IntStream.range(0, HISTORY).mapToObj(i -> name + i)))
        .toArray(String[]::new);
  }

  @Override
  void begin(long step, double stepSize, double loss) {
    this.stepSize = stepSize;
    this.loss = loss;
    int size = size(ends());
    if (gradient.length == size) {
      Arrays.fill(gradient, 0);
    } else {
      gradient = new float[size];
    }
  }

  @Override
  public void update(float[] weights, int from, int to, float[] values, int offset, float scale) {
    Maths.scale(scale, values, offset, gradient, from, to - from);
  }

  @Override
  public void end(float[] weights) {
    if (hasPoint && !isAccepted()) {
      goBack(weights);
      return;
    }
    if (hasPoint) {
      remember();
    }
    int size = gradient.length;
    System.arraycopy(weights, 0, array(POINT), 0, size);
    System.arraycopy(gradient, 0, array(GRADIENT), 0, size);
    findDirection();
    slope = dot(gradient, array(DIRECTION));
    if (!(slope < 0) && pairs > 0) {
      // Rounding made H other than positive definite.
      forget();
      findDirection();
      slope = dot(gradient, array(DIRECTION));
    }
    length = hasPoint ? stepSize : Math.min(1, 1 / sumOfAbsolutes()) * stepSize;
    if (!(slope < 0)) {
      length = 0;
    }
    pointLoss = loss;
    halvings = 0;
    hasPoint = true;
    move(weights);
  }

  private boolean isAccepted() {
    return loss <= pointLoss + ARMIJO * length * slope + Math.ulp((float) pointLoss);
  }

  private void goBack(float[] weights) {
    System.arraycopy(array(POINT), 0, weights, 0, gradient.length);
    if (halvings == MOST_HALVINGS) {
      forget();
      return;
    }
    halvings++;
    double least = leastOfParabola();
    length = least < NEAR * length ? least : length / 2;
    move(weights);
  }

  private void forget() {
    hasPoint = false;
    pairs = 0;
    scale = 1;
  }

  /** How far the parabola through the losses at the point and here goes down; more than 0. */
  private double leastOfParabola() {
    return -slope * length * length / (2 * (loss - pointLoss - slope * length));
  }

  private void move(float[] weights) {
    Maths.addScaled((float) length, array(DIRECTION), 0, weights, 0, gradient.length);
  }

  private void remember() {
    float[] y = array(GRADIENT);
    for (int i = 0; i < y.length; i++) {
      y[i] = gradient[i] - y[i];
    }
    float[] direction = array(DIRECTION);
    double curvature = length * dot(direction, y);
    double squares = dot(y, y);
    double least = LEAST_COSINE * length * Math.sqrt(dot(direction, direction) * squares);
    if (curvature > least && squares > 0) {
      int place = pairs % HISTORY;
      Maths.scale((float) length, direction, 0, array(S + place), 0, y.length);
      System.arraycopy(y, 0, array(Y + place), 0, y.length);
      curvatures[place] = curvature;
      scale = curvature / squares;
      pairs++;
    }
  }

  private void findDirection() {
    float[] d = array(DIRECTION);
    Maths.scale(-1, gradient, 0, d, 0, d.length);
    double[] alphas = new double[HISTORY];
    int oldest = Math.max(0, pairs - HISTORY);
    for (int pair = pairs - 1; pair >= oldest; pair--) {
      int place = pair % HISTORY;
      alphas[place] = dot(array(S + place), d) / curvatures[place];
      Maths.addScaled((float) -alphas[place], array(Y + place), 0, d, 0, d.length);
    }
    Maths.scale((float) scale, d, 0, d, 0, d.length);
    for (int pair = oldest; pair < pairs; pair++) {
      int place = pair % HISTORY;
      double beta = dot(array(Y + place), d) / curvatures[place];
      Maths.addScaled((float) (alphas[place] - beta), array(S + place), 0, d, 0, d.length);
    }
  }

  /**
   * Half of {@code g H g}, which is exact where the loss is a parabola and H its inverse Hessian.
   */
  @Override
  public double expectedDecrease() {
    return hasPoint && pairs > 0 ? Math.max(0, -slope / 2) : 0;
  }

  /**
   * The point, if the weights are a step away from it that may be far too long: one without a
   * history, or one after a step that was refused.
   */
  @Override
  public float[] settled(float[] weights) {
    boolean isDaring = halvings > 0 || (pairs == 0 && steps() > 1);
    if (!hasPoint || !isDaring) {
      return weights;
    }
    float[] settled = weights.clone();
    System.arraycopy(array(POINT), 0, settled, 0, array(POINT).length);
    return settled;
  }

  /** Whether no step from the last point made the loss less, and the history was dropped. */
  @Override
  public boolean isStuck() {
    return pairs == 0 && steps() > MOST_HALVINGS && !(hasPoint && slope == 0);
  }

  private static double dot(float[] a, float[] b) {
    return Maths.dot(a, 0, b, 0, a.length);
  }

  private double sumOfAbsolutes() {
    double sum = 0;
    for (float g : gradient) {
      sum += Math.abs(g);
    }
    return sum;
  }

  @Override
  double[] extra() {
    double[] extra = Arrays.copyOf(curvatures, HISTORY + 7);
    extra[HISTORY] = hasPoint ? 1 : 0;
    extra[HISTORY + 1] = pointLoss;
    extra[HISTORY + 2] = slope;
    extra[HISTORY + 3] = length;
    extra[HISTORY + 4] = halvings;
    extra[HISTORY + 5] = pairs;
    extra[HISTORY + 6] = scale;
    return extra;
  }

  @Override
  void restoreExtra(double[] extra) {
    System.arraycopy(extra, 0, curvatures, 0, HISTORY);
    hasPoint = extra[HISTORY] == 1;
    pointLoss = extra[HISTORY + 1];
    slope = extra[HISTORY + 2];
    length = extra[HISTORY + 3];
    halvings = (int) extra[HISTORY + 4];
    pairs = (int) extra[HISTORY + 5];
    scale = extra[HISTORY + 6];
  }
}
