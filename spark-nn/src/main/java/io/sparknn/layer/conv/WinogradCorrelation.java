package io.sparknn.layer.conv;

import io.sparknn.layer.Pass;
import io.sparknn.layer.Window;
import io.sparknn.layer.conv.Axis.Margin;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.tensor.Winograd;
import java.util.List;
import java.util.stream.IntStream;

/**
 * By {@link Winograd}'s minimal filtering, which needs a quarter of the products: for squares of 3
 * or 5 taps that move by 1, where the filtering of tiles pays.
 */
final class WinogradCorrelation implements BatchCorrelation {

  /** With fewer channels, transforms cost more than the products that they save. */
  private static final int MIN_CHANNELS = 16;

  /** The greatest part of the products that pays. */
  private static final double MAX_COST = 0.5;

  private final Filtering forward;
  private final Filtering backward;

  /** Images of the pass' first input. */
  WinogradCorrelation(Pass pass, List<Window> windows, int filters) {
    Shape batch = pass.input().shape();
    int channels = batch.last();
    forward = new Filtering(pass, windows, batch, channels, filters, false);
    backward = new Filtering(pass, windows, batch, filters, channels, true);
  }

  /** Whether this is the quickest way. */
  static boolean suits(List<Window> windows, Shape batch, int filters) {
    Window first = windows.get(0);
    boolean isSquare =
        windows.size() == 2
            && windows.stream()
                .allMatch(w -> w.size() == first.size() && w.stride() == 1 && w.dilation() == 1);
    if (!isSquare || !Winograd.suits(first.size())) {
      return false;
    }
    int tiles = 1;
    int positions = 1;
    for (int axis = 0; axis < 2; axis++) {
      int extent = windows.get(axis).positions(batch.extent(axis + 1));
      tiles *= tiles(extent, first.size());
      positions *= extent;
    }
    return Math.min(batch.last(), filters) >= MIN_CHANNELS
        && Winograd.cost(first.size(), tiles, positions) <= MAX_COST;
  }

  private static int tiles(int positions, int taps) {
    return (positions + Winograd.outputs(taps) - 1) / Winograd.outputs(taps);
  }

  @Override
  public void correlate(Pass pass, Tensor images, Tensor kernel, Tensor results) {
    forward.filter(pass, images, kernel, results);
  }

  @Override
  public void addKernel(Pass pass, Tensor images, Tensor results, Tensor kernel) {
    forward.addKernel(pass, images, results, kernel);
  }

  @Override
  public void transpose(Pass pass, Tensor results, Tensor kernel, Tensor images) {
    backward.filter(pass, results, kernel, images);
  }

  /** Filtering in one direction: of images to results or, with the kernel transposed, back. */
  private static final class Filtering {
    private static final int PANELS = 3;
    private static final int WORK = 4;
    private static final int IMAGE = 5;
    private static final int RESULT = 6;
    private static final int TILES_OF_IMAGE = 7;
    private static final int TILES_OF_RESULT = 8;

    /** What a block computes stays in the cache, and matrices have rows enough to multiply. */
    private static final int BLOCK = 48;

    private final boolean isTransposed;
    private final Frame source;
    private final Frame target;
    private final int down;
    private final int strips;

    /** The distance between strips, in the source and the target. */
    private final int sourceStep;

    private final int targetStep;
    private final int sourceLine;
    private final int targetLine;
    private final Winograd winograd;

    /** The transformed kernel while weights are fixed; null in training. */
    private final Tensor kept;

    private boolean isKept;

    Filtering(
        Pass pass,
        List<Window> windows,
        Shape batch,
        int channels,
        int filters,
        boolean isTransposed) {
      int taps = windows.get(0).size();
      this.isTransposed = isTransposed;
      List<Margin> seen = margins(windows, batch, isTransposed, true);
      List<Margin> written = margins(windows, batch, isTransposed, false);
      source = new Frame(isTransposed ? RESULT : IMAGE, seen, channels);
      target = new Frame(isTransposed ? IMAGE : RESULT, written, filters);
      sourceLine = source.strides()[0];
      targetLine = target.strides()[0];
      sourceStep = Winograd.outputs(taps) * sourceLine;
      targetStep = Winograd.outputs(taps) * targetLine;
      int[] tiles =
          IntStream.range(0, 2)
              .map(axis -> tiles(positions(windows, batch, axis, isTransposed), taps))
              .toArray();
      down = tiles[0];
      strips = Math.max(1, Math.min(pass.rows() * down, BLOCK / tiles[1]));
      winograd = new Winograd(taps, strips, tiles[1], channels, filters, isTransposed);
      kept = pass.training() ? null : Tensor.zeros(winograd.panels().extents());
    }

    private static int positions(
        List<Window> windows, Shape batch, int axis, boolean isTransposed) {
      int extent = batch.extent(axis + 1);
      return isTransposed ? extent : windows.get(axis).positions(extent);
    }

    /** The frame that lets tiles be whole: of what they see, or of what they write. */
    private static List<Margin> margins(
        List<Window> windows, Shape batch, boolean isTransposed, boolean isSource) {
      return IntStream.range(0, 2)
          .mapToObj(
              axis -> {
                Window window = windows.get(axis);
                int taps = window.size();
                int extent = batch.extent(axis + 1);
                int before = window.before(extent);
                int written = positions(windows, batch, axis, isTransposed);
                int whole = tiles(written, taps) * Winograd.outputs(taps);
                if (!isSource) {
                  return new Margin(0, written, whole - written);
                }
                int margin = isTransposed ? taps - 1 - before : before;
                int seen = positions(windows, batch, axis, !isTransposed);
                return new Margin(margin, seen, whole + taps - 1 - margin - seen);
              })
          .toList();
    }

    void filter(Pass pass, Tensor from, Tensor kernel, Tensor to) {
      Tensor work = pass.scratch(WORK, winograd.work());
      Tensor panels = panels(pass, kernel, work);
      Tensor elements = elements(pass);
      Tensor results = results(pass);
      float[] x = source.array(pass, from);
      float[] y = target.array(pass, to);
      int end = pass.rows() * down;
      for (int first = 0; first < end; first += strips) {
        int count = Math.min(strips, end - first);
        transform(from, x, first, count, elements, work);
        winograd.multiply(elements, panels, results);
        for (int i = 0; i < count; i++) {
          int row = (first + i) / down;
          int strip = (first + i) % down;
          int at = target.start(to, row) + strip * targetStep;
          winograd.finish(results, i, y, at, targetLine, work);
          if (strip == down - 1) {
            target.store(y, to, row);
          }
        }
      }
    }

    private void transform(
        Tensor from, float[] x, int first, int count, Tensor elements, Tensor work) {
      for (int i = 0; i < count; i++) {
        int row = (first + i) / down;
        int strip = (first + i) % down;
        if (strip == 0) {
          source.load(from, row, x);
        }
        int at = source.start(from, row) + strip * sourceStep;
        winograd.transform(x, at, sourceLine, i, elements, work);
      }
    }

    // Both directions have the same slots, and mostly the same shapes in them

    private Tensor elements(Pass pass) {
      int slot = isTransposed ? TILES_OF_RESULT : TILES_OF_IMAGE;
      return pass.scratch(slot, winograd.elements());
    }

    private Tensor results(Pass pass) {
      int slot = isTransposed ? TILES_OF_IMAGE : TILES_OF_RESULT;
      return pass.scratch(slot, winograd.results());
    }

    private Tensor panels(Pass pass, Tensor kernel, Tensor work) {
      Tensor panels = kept == null ? pass.scratch(PANELS, winograd.panels()) : kept;
      if (kept == null || !isKept || !pass.hasFixedWeights()) {
        winograd.pack(kernel, panels, work);
        isKept = true;
      }
      return panels;
    }

    void addKernel(Pass pass, Tensor images, Tensor gradients, Tensor kernel) {
      Tensor work = pass.scratch(WORK, winograd.work());
      Tensor elements = elements(pass);
      Tensor results = results(pass);
      Tensor panels = pass.scratch(PANELS, winograd.panels());
      Maths.fill(panels, 0);
      float[] x = source.array(pass, images);
      float[] dy = target.array(pass, gradients);
      int end = pass.rows() * down;
      for (int first = 0; first < end; first += strips) {
        int count = Math.min(strips, end - first);
        if (count < strips) {
          Maths.fill(elements, 0);
          Maths.fill(results, 0);
        }
        transform(images, x, first, count, elements, work);
        for (int i = 0; i < count; i++) {
          int row = (first + i) / down;
          int strip = (first + i) % down;
          if (strip == 0) {
            target.load(gradients, row, dy);
          }
          int at = target.start(gradients, row) + strip * targetStep;
          winograd.transformGradient(dy, at, targetLine, i, results, work);
        }
        winograd.addTransposed(elements, results, panels);
      }
      winograd.unpack(panels, kernel, work);
    }
  }
}
