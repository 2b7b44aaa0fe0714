package io.sparknn.tensor;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Sums of doubles without rounding: each is a number of fixed point, as long as it takes, and
 * integers add up to the same in any order (Kulisch, "Computer Arithmetic and Validity", 2013). So
 * totals are the same, to the bit, however the addends are spread over replicas. Multiples of
 * 2^-352 below 2^320 are kept exactly; what is finer is cut off an addend, what is greater counts
 * as infinite. Not thread-safe.
 */
public final class ExactSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int LIMBS = 22;
  private static final int LIMB_BITS = 32;
  private static final long MASK = (1L << LIMB_BITS) - 1;

  /** The lowest bit of a sum stands for 2^-LOWEST. */
  private static final int LOWEST = 352;

  private static final int GREATEST_EXPONENT = 320;
  private static final int MANTISSA_BITS = 52;

  /** So many addends of 32 bits never fill 63. */
  private static final int MOST_ADDENDS = 1 << 30;

  /** The bytes of what is written before the sums. */
  private static final int HEADER = 3 * Integer.BYTES + Long.BYTES + 1;

  private final int size;

  /** For each sum, from the lowest on. */
  private final long[] limbs;

  /** For each sum, what is not finite of it; null if all are. */
  private double[] infinite;

  /** The least row that was added. */
  private long first = Long.MAX_VALUE;

  private int addends;

  /** So many sums of 0. */
  public ExactSums(int size) {
    this.size = size;
    this.limbs = new long[size * LIMBS];
  }

  public int size() {
    return size;
  }

  /** Adds to a sum. */
  public void add(int index, double value) {
    int exponent = Math.getExponent(value);
    if (exponent >= GREATEST_EXPONENT) {
      addInfinite(index, value);
      return;
    }
    int shift = exponent - MANTISSA_BITS + LOWEST;
    if (value == 0 || shift <= -MANTISSA_BITS - 1) {
      return;
    }
    long hidden = 1L << MANTISSA_BITS;
    long mantissa = (Double.doubleToRawLongBits(value) & (hidden - 1)) | hidden;
    if (shift < 0) {
      mantissa >>>= -shift;
      shift = 0;
    }
    int at = index * LIMBS + shift / LIMB_BITS;
    int bits = shift % LIMB_BITS;
    long sign = value < 0 ? -1 : 1;
    limbs[at] += sign * ((mantissa << bits) & MASK);
    limbs[at + 1] += sign * ((mantissa >>> (LIMB_BITS - bits)) & MASK);
    limbs[at + 2] += sign * (mantissa >>> (LIMB_BITS - bits) >>> LIMB_BITS);
    if (++addends == MOST_ADDENDS) {
      normalize();
    }
  }

  private void addInfinite(int index, double value) {
    if (infinite == null) {
      infinite = new double[size];
    }
    infinite[index] +=
        Double.isFinite(value) ? Math.copySign(Double.POSITIVE_INFINITY, value) : value;
  }

  /** Notes that a row was added. */
  public void from(long row) {
    first = Math.min(first, row);
  }

  /** Adds other sums of the same size. */
  public void add(ExactSums other) {
    if (other.size != size) {
      throw new IllegalArgumentException(
          "expects " + size + " sums; received " + other.size + ": all must be of one layer");
    }
    normalize();
    other.normalize();
    for (int i = 0; i < limbs.length; i++) {
      limbs[i] += other.limbs[i];
    }
    addends = 2;
    first = Math.min(first, other.first);
    for (int i = 0; other.infinite != null && i < size; i++) {
      if (other.infinite[i] != 0) {
        addInfinite(i, other.infinite[i]);
      }
    }
  }

  /** The sums, each rounded once, and behind them the least row. */
  public double[] totals() {
    normalize();
    double[] totals = new double[size + 1];
    for (int i = 0; i < size; i++) {
      boolean isFinite = infinite == null || infinite[i] == 0;
      totals[i] = isFinite ? total(i * LIMBS) : infinite[i];
    }
    totals[size] = first;
    return totals;
  }

  /** All limbs but the highest below 2^32, and of the sum's own sign. */
  private void normalize() {
    if (addends == 0) {
      return;
    }
    for (int at = 0; at < limbs.length; at += LIMBS) {
      carry(at);
      if (limbs[at + LIMBS - 1] < 0) {
        negate(at);
        carry(at);
        negate(at);
      }
    }
    addends = 0;
  }

  private void carry(int at) {
    for (int i = at; i < at + LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB_BITS;
      limbs[i] &= MASK;
    }
  }

  private void negate(int at) {
    for (int i = at; i < at + LIMBS; i++) {
      limbs[i] = -limbs[i];
    }
  }

  private double total(int at) {
    int top = LIMBS - 1;
    while (top >= 0 && limbs[at + top] == 0) {
      top--;
    }
    if (top < 0) {
      return 0;
    }
    int sign = limbs[at + top] < 0 ? -1 : 1;
    long high = sign * limbs[at + top];
    if (high > MASK) {
      return sign * Double.POSITIVE_INFINITY;
    }
    long middle = top > 0 ? sign * limbs[at + top - 1] : 0;
    long low = top > 1 ? sign * limbs[at + top - 2] : 0;
    int zeros = Long.numberOfLeadingZeros(high << LIMB_BITS);
    long leading = (((high << LIMB_BITS) | middle) << zeros) | ((low << zeros) >>> LIMB_BITS);
    boolean isExact = ((low << zeros) & MASK) == 0;
    for (int i = 0; i < top - 2; i++) {
      isExact &= limbs[at + i] == 0;
    }
    // 63 bits, of which the last stands for all that are lower: enough to round to nearest.
    long rounded = (leading >>> 1) | (leading & 1) | (isExact ? 0 : 1);
    return sign * Math.scalb((double) rounded, LIMB_BITS * (top - 1) - LOWEST - zeros + 1);
  }

  /** The number of bytes that {@link #write} writes. */
  public long bytes() {
    normalize();
    int[] range = range();
    return HEADER
        + (long) Long.BYTES * size * (range[1] - range[0])
        + (infinite == null ? 0 : (long) Double.BYTES * size);
  }

  /**
   * The limbs, from and to, that are not 0 in all sums; at least one, so that bytes bound sizes.
   */
  private int[] range() {
    int from = LIMBS;
    int to = 0;
    for (int i = 0; i < limbs.length; i++) {
      if (limbs[i] != 0) {
        from = Math.min(from, i % LIMBS);
        to = Math.max(to, i % LIMBS + 1);
      }
    }
    return to == 0 ? new int[] {0, 1} : new int[] {from, to};
  }

  /** Writes the sums, to be read by {@link #read}. */
  public void write(ByteBuffer out) {
    normalize();
    int[] range = range();
    out.putInt(size).putInt(range[0]).putInt(range[1]).putLong(first);
    out.put((byte) (infinite == null ? 0 : 1));
    for (int at = 0; at < limbs.length; at += LIMBS) {
      for (int i = range[0]; i < range[1]; i++) {
        out.putLong(limbs[at + i]);
      }
    }
    for (int i = 0; infinite != null && i < size; i++) {
      out.putDouble(infinite[i]);
    }
  }

  /**
   * Reads sums.
   *
   * @throws IllegalArgumentException if there are fewer bytes than they need
   */
  public static ExactSums read(ByteBuffer in) {
    int size = in.getInt();
    int from = in.getInt();
    int to = in.getInt();
    long first = in.getLong();
    boolean isInfinite = in.get() != 0;
    boolean isSound = size >= 0 && from >= 0 && from < to && to <= LIMBS;
    long words = isSound ? (long) size * (to - from + (isInfinite ? 1 : 0)) : Long.MAX_VALUE;
    if (words > in.remaining() / Long.BYTES) {
      throw new IllegalArgumentException("a message is damaged: its sums do not fit into it");
    }
    ExactSums sums = new ExactSums(size);
    sums.first = first;
    for (int at = 0; at < sums.limbs.length; at += LIMBS) {
      for (int i = from; i < to; i++) {
        sums.limbs[at + i] = in.getLong();
      }
    }
    if (isInfinite) {
      sums.infinite = new double[size];
      Arrays.setAll(sums.infinite, i -> in.getDouble());
    }
    return sums;
  }

  /** Serialised as bytes, without the limbs that are 0. */
  private Object writeReplace() {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(bytes()));
    write(bytes);
    return new Written(bytes.array());
  }

  private record Written(byte[] bytes) implements Serializable {

    private Object readResolve() {
      return read(ByteBuffer.wrap(bytes));
    }
  }
}
