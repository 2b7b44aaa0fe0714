package io.sparknn.layer.conv;

import io.sparknn.layer.Pass;
import io.sparknn.layer.Window;
import io.sparknn.layer.conv.Axis.Margin;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.tensor.Winograd;
import java.util.ArrayList;
import java.util.List;

/**
 * By {@link Winograd}'s minimal filtering, which needs a quarter of the products: for squares of 3
 * or 5 taps that move by 1, where the filtering of tiles pays. A batch is filtered in blocks of
 * strips, each as wide as an image.
 */
final class WinogradCorrelation implements BatchCorrelation {
  private static final int PANELS = 3;
  private static final int WORK = 4;
  private static final int IMAGE = 5;
  private static final int RESULT = 6;
  private static final int ELEMENTS = 7;
  private static final int RESULTS = 8;

  /** With fewer channels, transforms cost more than the products that they save. */
  private static final int MIN_CHANNELS = 16;

  /** The greatest part of the products that pays. */
  private static final double MAX_COST = 0.5;

  /** So many tiles stay in the cache while they are computed, and are rows enough to multiply. */
  private static final int BLOCK = 48;

  private final Winograd winograd;

  /** The strips of an image, and of a block. */
  private final int down;

  private final int strips;

  /** The images and results in frames that let tiles be whole. */
  private final Frame image;

  private final Frame result;
  private final int imageLine;
  private final int resultLine;

  /** The distance between strips. */
  private final int imageStep;

  private final int resultStep;

  /** The transformed kernel while weights are fixed; null in training. */
  private final Tensor kept;

  private boolean isKept;

  /** Images of the pass' first input. */
  WinogradCorrelation(Pass pass, List<Window> windows, int filters) {
    Shape batch = pass.input().shape();
    int taps = windows.get(0).size();
    int outputs = Winograd.outputs(taps);
    int[] tiles = new int[2];
    List<Margin> imageMargins = new ArrayList<>();
    List<Margin> resultMargins = new ArrayList<>();
    for (int axis = 0; axis < 2; axis++) {
      Window window = windows.get(axis);
      int extent = batch.extent(axis + 1);
      int positions = window.positions(extent);
      int before = window.before(extent);
      tiles[axis] = Winograd.tiles(positions, taps);
      int whole = tiles[axis] * outputs;
      imageMargins.add(new Margin(before, extent, whole + taps - 1 - before - extent));
      resultMargins.add(new Margin(0, positions, whole - positions));
    }
    image = new Frame(IMAGE, imageMargins, batch.last());
    result = new Frame(RESULT, resultMargins, filters);
    imageLine = image.strides()[0];
    resultLine = result.strides()[0];
    imageStep = outputs * imageLine;
    resultStep = outputs * resultLine;
    down = tiles[0];
    strips = Math.max(1, Math.min(pass.rows() * down, BLOCK / tiles[1]));
    winograd = new Winograd(taps, strips, tiles[1], batch.last(), filters);
    kept = pass.training() ? null : Tensor.zeros(winograd.panels().extents());
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
      tiles *= Winograd.tiles(extent, first.size());
      positions *= extent;
    }
    return Math.min(batch.last(), filters) >= MIN_CHANNELS
        && Winograd.cost(first.size(), tiles, positions) <= MAX_COST;
  }

  @Override
  public void correlate(Pass pass, Tensor images, Tensor kernel, Tensor results) {
    Tensor work = pass.scratch(WORK, winograd.work());
    Tensor panels = panels(pass, kernel, work);
    Tensor elements = pass.scratch(ELEMENTS, winograd.elements());
    Tensor products = pass.scratch(RESULTS, winograd.results());
    float[] x = image.array(pass, images);
    float[] y = result.array(pass, results);
    int end = pass.rows() * down;
    for (int first = 0; first < end; first += strips) {
      int count = Math.min(strips, end - first);
      transform(images, x, first, count, elements, work);
      winograd.multiply(elements, panels, products);
      for (int i = 0; i < count; i++) {
        int row = (first + i) / down;
        int strip = (first + i) % down;
        int at = result.start(results, row) + strip * resultStep;
        winograd.finish(products, i, y, at, resultLine, work);
        if (strip == down - 1) {
          result.store(y, results, row);
        }
      }
    }
  }

  private Tensor panels(Pass pass, Tensor kernel, Tensor work) {
    Tensor panels = kept == null ? pass.scratch(PANELS, winograd.panels()) : kept;
    if (kept == null || !isKept || !pass.hasFixedWeights()) {
      winograd.pack(kernel, false, panels, work);
      isKept = true;
    }
    return panels;
  }

  @Override
  public void addKernel(Pass pass, Tensor images, Tensor results, Tensor kernel) {
    Tensor work = pass.scratch(WORK, winograd.work());
    Tensor elements = pass.scratch(ELEMENTS, winograd.elements());
    Tensor gradients = pass.scratch(RESULTS, winograd.results());
    Tensor sums = pass.scratch(PANELS, winograd.panels());
    Maths.fill(sums, 0);
    float[] x = image.array(pass, images);
    float[] dy = result.array(pass, results);
    int end = pass.rows() * down;
    for (int first = 0; first < end; first += strips) {
      int count = Math.min(strips, end - first);
      if (count < strips) {
        Maths.fill(elements, 0);
        Maths.fill(gradients, 0);
      }
      transform(images, x, first, count, elements, work);
      transformGradients(results, dy, first, count, gradients, work);
      winograd.addTransposed(elements, gradients, sums);
    }
    winograd.unpack(sums, kernel, work);
  }

  @Override
  public void transpose(Pass pass, Tensor results, Tensor kernel, Tensor images) {
    Tensor work = pass.scratch(WORK, winograd.work());
    Tensor panels = pass.scratch(PANELS, winograd.panels());
    winograd.pack(kernel, true, panels, work);
    Tensor elements = pass.scratch(ELEMENTS, winograd.elements());
    Tensor gradients = pass.scratch(RESULTS, winograd.results());
    float[] dx = image.array(pass, images);
    float[] dy = result.array(pass, results);
    int end = pass.rows() * down;
    for (int first = 0; first < end; first += strips) {
      int count = Math.min(strips, end - first);
      transformGradients(results, dy, first, count, gradients, work);
      winograd.multiplyTransposed(gradients, panels, elements);
      for (int i = 0; i < count; i++) {
        int row = (first + i) / down;
        int strip = (first + i) % down;
        if (strip == 0) {
          image.clear(dx, images, row);
        }
        int at = image.start(images, row) + strip * imageStep;
        winograd.finishGradient(elements, i, dx, at, imageLine, work);
        if (strip == down - 1) {
          image.store(dx, images, row);
        }
      }
    }
  }

  /** Transforms what the strips of a block see. */
  private void transform(
      Tensor images, float[] x, int first, int count, Tensor elements, Tensor work) {
    for (int i = 0; i < count; i++) {
      int row = (first + i) / down;
      int strip = (first + i) % down;
      if (strip == 0) {
        image.load(images, row, x);
      }
      int at = image.start(images, row) + strip * imageStep;
      winograd.transform(x, at, imageLine, i, elements, work);
    }
  }

  /** Transforms the gradients of a block's results. */
  private void transformGradients(
      Tensor results, float[] dy, int first, int count, Tensor gradients, Tensor work) {
    for (int i = 0; i < count; i++) {
      int row = (first + i) / down;
      int strip = (first + i) % down;
      if (strip == 0) {
        result.load(results, row, dy);
      }
      int at = result.start(results, row) + strip * resultStep;
      winograd.transformGradient(dy, at, resultLine, i, gradients, work);
    }
  }
}
