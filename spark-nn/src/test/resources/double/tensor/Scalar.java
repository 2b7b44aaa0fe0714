package io.sparknn.tensor;

/** The functions of one element, from the platform's own. */
final class Scalar {
  private Scalar() {}

  static double exp(double x) {
    return Math.exp(x);
  }

  static double elu(double slope, double alpha, double x) {
    return x > 0 ? slope * x : alpha * Math.expm1(x);
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static double tanh(double x) {
    return Math.tanh(x);
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double softplusGradient(double y, double dy) {
    return -dy * Math.expm1(-y);
  }

  static double silu(double x) {
    return x * sigmoid(x);
  }

  static double siluGradient(double x, double dy) {
    double s = sigmoid(x);
    return dy * s * (1 + x * (1 - s));
  }

  static double mish(double x) {
    return x * Math.tanh(softplus(x));
  }

  static double mishGradient(double x, double dy) {
    double tanh = Math.tanh(softplus(x));
    return dy * (tanh + x * (1 - tanh * tanh) * sigmoid(x));
  }

  static double gelu(double x) {
    return x * probability(x);
  }

  static double geluGradient(double x, double dy) {
    return dy * (probability(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));
  }

  /** The normal distribution function, by its series around 0; for |x| up to 10 or so. */
  private static double probability(double x) {
    double term = x / Math.sqrt(2 * Math.PI);
    double sum = term;
    for (int n = 1; n < 400; n++) {
      term *= -x * x / (2 * n);
      sum += term / (2 * n + 1);
    }
    return 0.5 + sum;
  }

  private static final double GELU = Math.sqrt(2 / Math.PI);

  static double geluTanh(double x) {
    return x / 2 * (1 + Math.tanh(GELU * (x + 0.044715 * x * x * x)));
  }

  static double geluTanhGradient(double x, double dy) {
    double tanh = Math.tanh(GELU * (x + 0.044715 * x * x * x));
    double slope = GELU * (1 + 3 * 0.044715 * x * x);
    return dy * ((1 + tanh) / 2 + x / 2 * (1 - tanh * tanh) * slope);
  }

  static double softsign(double x) {
    return x / (1 + Math.abs(x));
  }

  static double softsignGradient(double y, double dy) {
    double r = 1 - Math.abs(y);
    return dy * r * r;
  }

  static double normal(int radiusBits, int angleBits) {
    double u = ((radiusBits >>> 9) + 0.5) / (1 << 23);
    double t = (double) (angleBits >>> 9) / (1 << 23) - 0.5;
    return Math.sqrt(-2 * Math.log(u)) * Math.sin(2 * Math.PI * t);
  }

  static double whereGreaterThan0(double test, double a, double b) {
    return test > 0 ? a : b;
  }

  static int dropoutThreshold(double rate) {
    return (int) (rate * (1 << 24));
  }

  static double dropout(int threshold, double scale, int bits, double x) {
    return (bits >>> 8) < threshold ? 0 : x * scale;
  }
}
