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

  private static final int INFINITY_BITS = 0x7F800000;

  // (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2

  static final float E0 = 0.5f;
  static final float E1 = 0.16666667f;
  static final float E2 = 0.041666467f;
  static final float E3 = 0.008333361f;
  static final float E4 = 0.0013933643f;
  static final float E5 = 0.00019857816f;

  // ln((1 + s) / (1 - s)) / s in powers of s^2, for 0 <= s <= 1/3

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

  private static float expm1Reduced(float r) {
    float p = Math.fma(E5, r, E4);
    p = Math.fma(p, r, E3);
    p = Math.fma(p, r, E2);
    p = Math.fma(p, r, E1);
    p = Math.fma(p, r, E0);
    return Math.fma(p, r * r, r);
  }

  /** 2^n, where n is in the lowest nine bits; the shift drops the others. */
  private static float powerOf2(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  /** ln(1 + u) for 0 &lt;= u &lt;= 1. */
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

  static float elu(float alpha, float x) {
    return x > 0f ? x : alpha * expm1(Math.max(x, EXPM1_MIN));
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

  static float gelu(float x) {
    return Math.max(x, -GELU_BOUND) * sigmoid(x * Math.fma(GELU_CUBIC, x * x, GELU_LINEAR));
  }

  static float geluGradient(float x, float dy) {
    float bounded = Math.max(Math.min(x, GELU_BOUND), -GELU_BOUND);
    float square = bounded * bounded;
    float s = sigmoid(bounded * Math.fma(GELU_CUBIC, square, GELU_LINEAR));
    float slope = bounded * Math.fma(GELU_CUBIC_SLOPE, square, GELU_LINEAR);
    return dy * (s * Math.fma(slope, 1f - s, 1f));
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
