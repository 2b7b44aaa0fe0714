package io.sparknn.tensor;

/**
 * The functions of one element and the constants of their polynomials. {@link VectorKernels}
 * repeats these formulas lane by lane, operation by operation, so that both providers agree to the
 * bit.
 */
final class Scalar {
  /** Adding this rounds a small float to an integer, which its low bits then hold. */
  static final float ROUNDER = 0x1.8p23f;

  static final float LOG2_E = 0x1.715476p0f;

  /** The logarithm of 2 in two parts; products of the first with small integers are exact. */
  static final float LN2_HIGH = 0x1.62e4p-1f;

  static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** Above this e^x overflows. */
  static final float EXP_MAX = 0x1.62e42ep6f;

  /** Below this e^x, then less than 2e-38, is taken for 0. */
  static final float EXP_MIN = -86.98f;

  /** Below this e^x - 1 rounds to -1. */
  static final float EXPM1_MIN = -30f;

  /** Above this tanh rounds to 1. */
  static final float TANH_MAX = 10f;

  /** Below this x sigmoid(x) is 0; the bound keeps -infinity times 0 away. */
  static final float SILU_MIN = -128f;

  /** From here on the GELU's slope is 0 to the left and 1 to the right. */
  static final float GELU_BOUND = 20f;

  /** Above this tanh(softplus(x)) rounds to 1. */
  static final float MISH_MAX = 20f;

  /** Above this x / (1 + x) rounds to 1. */
  static final float SOFTSIGN_MAX = 0x1p30f;

  /** The bits of 1, which make a number in [1, 2) of any 23 bits. */
  static final int ONE_BITS = 0x3F800000;

  /** The greatest number below 1. */
  static final float BELOW_1 = 0x1.fffffep-1f;

  /** The bits of 3/4. */
  static final int MANTISSA_FROM = 0x3F400000;

  static final int MANTISSA_MASK = 0x007FFFFF;

  /** The bits of {@link #ROUNDER}; adding a small integer to them adds it to the number. */
  static final int ROUNDER_BITS = 0x4B400000;

  static final float LN2 = 0x1.62e43p-1f;

  private static final int INFINITY_BITS = 0x7F800000;

  // (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2

  static final float E0 = 0.5f;
  static final float E1 = 0.16666667f;
  static final float E2 = 0.041666467f;
  static final float E3 = 0.008333361f;
  static final float E4 = 0.0013933643f;
  static final float E5 = 0.00019857816f;

  // ln((1 + s) / (1 - s)) / s in powers of s^2, for |s| <= 1/3

  static final float L0 = 2f;
  static final float L1 = 0.6666668f;
  static final float L2 = 0.39998692f;
  static final float L3 = 0.28620723f;
  static final float L4 = 0.21393251f;
  static final float L5 = 0.24413069f;

  // 2 sqrt(2 / pi) (x + 0.044715 x^3), and its derivative

  static final float GELU_LINEAR = 1.5957692f;
  static final float GELU_CUBIC = 0.071354814f;
  static final float GELU_CUBIC_SLOPE = 0.21406445f;

  // P(X > x) e^(x^2 / 2) / t for a standard normal X and x >= 0, in powers of t = 1 / (1 + TAIL x)

  static final float TAIL = 0.27f;
  static final float T0 = 0.10771923f;
  static final float T1 = 0.10756574f;
  static final float T2 = 0.10165728f;
  static final float T3 = 0.072615564f;
  static final float T4 = 0.106565095f;
  static final float T5 = -0.067471586f;
  static final float T6 = 0.1683309f;
  static final float T7 = -0.12580906f;
  static final float T8 = 0.028826851f;

  /** The density of the standard normal distribution at 0. */
  static final float DENSITY = 0.3989423f;

  // sin(2 pi t) / t in powers of t^2, for 0 <= t <= 1/4

  static final float S0 = 6.2831855f;
  static final float S1 = -41.34168f;
  static final float S2 = 81.602234f;
  static final float S3 = -76.57502f;
  static final float S4 = 39.71112f;

  private Scalar() {}

  static float exp(float x) {
    if (x > EXP_MAX) {
      return Float.POSITIVE_INFINITY;
    }
    if (x < EXP_MIN) {
      return 0f;
    }
    float rounded = Math.fma(x, LOG2_E, ROUNDER);
    float n = rounded - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    // Twice and a half of 2^n, since 2^n alone would not reach the greatest results.
    float e = 1f + expm1Reduced(r);
    return (e + e) * powerOf2(Float.floatToRawIntBits(rounded) - 1);
  }

  /** e^x - 1 for EXPM1_MIN &lt;= x &lt;= 88, without cancellation near 0. */
  static float expm1(float x) {
    float rounded = Math.fma(x, LOG2_E, ROUNDER);
    float n = rounded - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float power = powerOf2(Float.floatToRawIntBits(rounded));
    return Math.fma(power, expm1Reduced(r), power - 1f);
  }

  /** Pairs of terms first, so that fewer operations wait for one another. */
  private static float expm1Reduced(float r) {
    float square = r * r;
    float p = Math.fma(Math.fma(E5, r, E4), square, Math.fma(E3, r, E2));
    p = Math.fma(p, square, Math.fma(E1, r, E0));
    return Math.fma(p, square, r);
  }

  /** 2^n, where n is in the lowest nine bits; the shift drops the others. */
  private static float powerOf2(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  /** ln(1 + u) for -1/2 &lt;= u &lt;= 1. */
  static float log1p(float u) {
    float s = u / (u + 2f);
    float z = s * s;
    float p = Math.fma(L5, z, L4);
    p = Math.fma(p, z, L3);
    p = Math.fma(p, z, L2);
    p = Math.fma(p, z, L1);
    p = Math.fma(p, z, L0);
    return p * s;
  }

  static float elu(float slope, float alpha, float x) {
    return x > 0f ? slope * x : alpha * expm1(Math.max(x, EXPM1_MIN));
  }

  static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  static float tanh(float x) {
    float e = expm1(2f * Math.min(Math.abs(x), TANH_MAX));
    return Math.copySign(e / (e + 2f), x);
  }

  static float softplus(float x) {
    return Math.max(x, 0f) + log1p(exp(-Math.abs(x)));
  }

  static float softplusGradient(float y, float dy) {
    return dy * -expm1(Math.max(-y, EXPM1_MIN));
  }

  static float silu(float x) {
    return Math.max(x, SILU_MIN) * sigmoid(x);
  }

  static float siluGradient(float x, float dy) {
    float bounded = Math.max(Math.min(x, -SILU_MIN), SILU_MIN);
    float s = sigmoid(bounded);
    return dy * (s * Math.fma(bounded, 1f - s, 1f));
  }

  static float mish(float x) {
    float e = exp(Math.min(x, MISH_MAX));
    float n = e * (e + 2f);
    return Math.max(x, SILU_MIN) * (n / (n + 2f));
  }

  static float mishGradient(float x, float dy) {
    float bounded = Math.max(Math.min(x, MISH_MAX), SILU_MIN);
    float e = exp(bounded);
    float n = e * (e + 2f);
    float d = 1f / (n + 2f);
    return dy * (d * Math.fma(4f * bounded * (e * (e + 1f)), d, n));
  }

  static float gelu(float x) {
    float bounded = Math.min(Math.abs(x), GELU_BOUND);
    return Math.fma(-bounded, tail(bounded) * gauss(bounded), Math.max(x, 0f));
  }

  static float geluGradient(float x, float dy) {
    float bounded = Math.max(Math.min(x, GELU_BOUND), -GELU_BOUND);
    float g = gauss(bounded);
    float upper = tail(Math.abs(bounded)) * g;
    float probability = whereGreaterThan0(x, 1f - upper, upper);
    return dy * Math.fma(DENSITY * bounded, g, probability);
  }

  /** e^(-x^2 / 2), corrected for the rounding of the square. */
  private static float gauss(float x) {
    float square = x * x;
    float error = Math.fma(x, x, -square);
    float e = exp(-0.5f * square);
    return Math.fma(-0.5f * error, e, e);
  }

  private static float tail(float x) {
    float t = 1f / Math.fma(TAIL, x, 1f);
    float p = Math.fma(T8, t, T7);
    p = Math.fma(p, t, T6);
    p = Math.fma(p, t, T5);
    p = Math.fma(p, t, T4);
    p = Math.fma(p, t, T3);
    p = Math.fma(p, t, T2);
    p = Math.fma(p, t, T1);
    p = Math.fma(p, t, T0);
    return p * t;
  }

  static float geluTanh(float x) {
    return Math.max(x, -GELU_BOUND) * sigmoid(x * Math.fma(GELU_CUBIC, x * x, GELU_LINEAR));
  }

  static float geluTanhGradient(float x, float dy) {
    float bounded = Math.max(Math.min(x, GELU_BOUND), -GELU_BOUND);
    float square = bounded * bounded;
    float s = sigmoid(bounded * Math.fma(GELU_CUBIC, square, GELU_LINEAR));
    float slope = bounded * Math.fma(GELU_CUBIC_SLOPE, square, GELU_LINEAR);
    return dy * (s * Math.fma(slope, 1f - s, 1f));
  }

  static float softsign(float x) {
    float bounded = Math.max(Math.min(x, SOFTSIGN_MAX), -SOFTSIGN_MAX);
    return bounded / (1f + Math.abs(bounded));
  }

  static float softsignGradient(float y, float dy) {
    float r = 1f - Math.abs(y);
    return dy * (r * r);
  }

  /** A standard normal number from two random ones; see {@link Kernels#normal}. */
  static float normal(int radiusBits, int angleBits) {
    float u = Float.intBitsToFloat(radiusBits >>> 9 | ONE_BITS) - BELOW_1;
    float t = Float.intBitsToFloat(angleBits >>> 9 | ONE_BITS) - 1.5f;
    return (float) Math.sqrt(-2f * log(u)) * sin(t);
  }

  /** ln u for a normal u; the mantissa from 3/4 on loses no digits near 1. */
  private static float log(float u) {
    int bits = Float.floatToRawIntBits(u) - MANTISSA_FROM;
    float exponent = Float.intBitsToFloat((bits >> 23) + ROUNDER_BITS) - ROUNDER;
    float mantissa = Float.intBitsToFloat((bits & MANTISSA_MASK) + MANTISSA_FROM);
    return Math.fma(exponent, LN2, log1p(mantissa - 1f));
  }

  /** sin(2 pi t) for -1/2 &lt;= t &lt;= 1/2. */
  private static float sin(float t) {
    float f = Math.min(Math.abs(t), 0.5f - Math.abs(t));
    float z = f * f;
    float p = Math.fma(S4, z, S3);
    p = Math.fma(p, z, S2);
    p = Math.fma(p, z, S1);
    p = Math.fma(p, z, S0);
    return Math.copySign(p * f, t);
  }

  /**
   * a where {@code test > 0}, b elsewhere, without a branch: a branch on random data costs more
   * than all the rest of a kernel.
   */
  static float whereGreaterThan0(float test, float a, float b) {
    int bits = Float.floatToRawIntBits(test);
    int positive = (-bits & ~bits & (bits - INFINITY_BITS - 1)) >> 31;
    return Float.intBitsToFloat(
        (positive & Float.floatToRawIntBits(a)) | (~positive & Float.floatToRawIntBits(b)));
  }

  /** The share of 2^24 random numbers below which {@link #dropout} drops. */
  static int dropoutThreshold(float rate) {
    return (int) (rate * (1 << 24));
  }

  /** x scaled, or 0 where the upper 24 bits are below the threshold; without a branch. */
  static float dropout(int threshold, float scale, int bits, float x) {
    int dropped = ((bits >>> 8) - threshold) >> 31;
    return Float.intBitsToFloat(Float.floatToRawIntBits(x * scale) & ~dropped);
  }
}
