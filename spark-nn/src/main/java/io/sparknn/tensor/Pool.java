package io.sparknn.tensor;

import java.util.Arrays;
import java.util.Locale;

/**
 * Windows over an array {@code (places, channels)}, listed: window {@code w} sees the places {@code
 * places[i]} by its taps {@code taps[i]} for {@code i} from {@code starts[w]} to {@code starts[w +
 * 1] - 1}, at least one.
 */
public final class Pool {
  private static final PoolKernels KERNELS = Maths.KERNELS.pools();

  private final int[] starts;
  private final int[] offsets;
  private final int[] taps;
  private final int channels;
  private final int inputs;
  private final boolean isShared;

  /** Windows over so many places. */
  public Pool(int[] starts, int[] places, int[] taps, int inputs, int channels) {
    this.starts = starts.clone();
    this.offsets = Arrays.stream(places).map(place -> place * channels).toArray();
    this.taps = taps.clone();
    this.inputs = inputs;
    this.channels = channels;
    this.isShared = Arrays.stream(places).distinct().count() < places.length;
    if (Arrays.stream(places).anyMatch(place -> place < 0 || place >= inputs)
        || starts[starts.length - 1] != places.length
        || taps.length != places.length) {
      throw new IllegalArgumentException("pooling windows must see places of the input");
    }
  }

  /** The maximum and the tap that meets it. */
  public void max(float[] x, int xo, float[] y, int yo, float[] winner, int wo) {
    check(x, xo, inputs);
    check(y, yo, windows());
    check(winner, wo, windows());
    KERNELS.max(this, x, xo, y, yo, winner, wo);
  }

  /** The gradient of {@link #max}. */
  public void maxGradient(float[] winner, int wo, float[] dy, int dyo, float[] dx, int dxo) {
    check(winner, wo, windows());
    check(dy, dyo, windows());
    clear(dx, dxo);
    KERNELS.maxGradient(this, winner, wo, dy, dyo, dx, dxo);
  }

  /** The mean of each window's places. */
  public void mean(float[] x, int xo, float[] y, int yo) {
    check(x, xo, inputs);
    check(y, yo, windows());
    KERNELS.mean(this, x, xo, y, yo);
  }

  /** The gradient of {@link #mean}. */
  public void meanGradient(float[] dy, int dyo, float[] dx, int dxo) {
    check(dy, dyo, windows());
    clear(dx, dxo);
    KERNELS.meanGradient(this, dy, dyo, dx, dxo);
  }

  /** Windows that share no place and leave none out write each once. */
  private void clear(float[] dx, int dxo) {
    check(dx, dxo, inputs);
    if (isShared || offsets.length < inputs) {
      Arrays.fill(dx, dxo, dxo + inputs * channels, 0);
    }
  }

  private void check(float[] array, int offset, int places) {
    if (offset < 0 || offset > array.length - places * channels) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT,
              "pooling takes ranges inside their arrays; received %d places of %d from offset %d in an array of %d",
              places,
              channels,
              offset,
              array.length));
    }
  }

  int windows() {
    return starts.length - 1;
  }

  int[] starts() {
    return starts;
  }

  /** The places, each times the channels. */
  int[] offsets() {
    return offsets;
  }

  int[] taps() {
    return taps;
  }

  int channels() {
    return channels;
  }

  /** Whether some windows share a place. */
  boolean isShared() {
    return isShared;
  }
}
