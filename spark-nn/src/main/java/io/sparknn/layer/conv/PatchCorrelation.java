package io.sparknn.layer.conv;

import io.sparknn.layer.Pass;
import io.sparknn.layer.Window;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Patches;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * By products with {@link Patches}: the image's gradient is a correlation as well, of the result
 * with the kernel transposed.
 */
final class PatchCorrelation implements BatchCorrelation {
  private static final int PANELS = 3;
  private static final int IMAGE = 4;
  private static final int WIDE_IMAGE = 5;
  private static final int RESULT = 6;
  private static final int WIDE_RESULT = 7;

  private final List<Window> windows;
  private final Frame image;
  private final Frame result;
  private final Columns imageColumns;
  private final Columns resultColumns;
  private final Patches patches;
  private final List<Patches> transposed = new ArrayList<>();

  /** Whether there are elements of the image that no window sees. */
  private boolean hasGaps;

  /**
   * A correlation.
   *
   * @param batch the shape of the images
   */
  PatchCorrelation(List<Window> windows, Shape batch, int filters) {
    this.windows = windows;
    int channels = batch.last();
    image = new Frame(IMAGE, each(batch, Axis::imageMargin), channels);
    result = new Frame(RESULT, each(batch, Axis::resultMargin), filters);
    imageColumns = new Columns(WIDE_IMAGE, image.rows(), channels);
    resultColumns = new Columns(WIDE_RESULT, result.rows(), filters);
    patches = patches(each(batch, Axis::of), channels, filters);
    addTransposed(List.of(), each(batch, Axis::transposed), channels, filters);
  }

  private <T> List<T> each(Shape batch, BiFunction<Window, Integer, T> maker) {
    return IntStream.range(0, windows.size())
        .mapToObj(axis -> maker.apply(windows.get(axis), batch.extent(axis + 1)))
        .toList();
  }

  /** Adds the patches of every choice of one axis from each list behind the first axes. */
  private void addTransposed(
      List<Axis> first, List<List<Axis>> choices, int channels, int filters) {
    if (first.size() < choices.size()) {
      for (Axis axis : choices.get(first.size())) {
        List<Axis> longer = new ArrayList<>(first);
        longer.add(axis);
        addTransposed(longer, choices, channels, filters);
      }
    } else if (first.stream().noneMatch(Axis::isEmpty)) {
      transposed.add(transposedPatches(first, channels, filters));
    } else {
      hasGaps = true;
    }
  }

  private Patches patches(List<Axis> axes, int channels, int filters) {
    int[] kernel = sums(axes, Axis::kernel, kernelStrides(channels * filters));
    return new Patches(
        sums(axes, Axis::starts, image.strides()),
        sums(axes, Axis::results, resultColumns.strides(result)),
        plus(sums(axes, Axis::taps, image.strides()), range(channels), 1),
        plus(kernel, range(channels), filters),
        filters,
        1);
  }

  private Patches transposedPatches(List<Axis> axes, int channels, int filters) {
    int[] kernel = sums(axes, Axis::kernel, kernelStrides(channels * filters));
    return new Patches(
        sums(axes, Axis::starts, result.strides()),
        sums(axes, Axis::results, imageColumns.strides(image)),
        plus(sums(axes, Axis::taps, result.strides()), range(filters), 1),
        plus(kernel, range(filters), 1),
        channels,
        filters);
  }

  private int[] kernelStrides(int last) {
    int[] strides = new int[windows.size()];
    int stride = last;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= windows.get(axis).size();
    }
    return strides;
  }

  private static int[] range(int end) {
    return IntStream.range(0, end).toArray();
  }

  private static int[] sums(List<Axis> axes, Function<Axis, int[]> part, int[] strides) {
    int[] sums = {0};
    for (int axis = 0; axis < strides.length; axis++) {
      sums = plus(sums, part.apply(axes.get(axis)), strides[axis]);
    }
    return sums;
  }

  /** Each of the first numbers plus each of the second times a stride, in row-major order. */
  static int[] plus(int[] first, int[] second, int stride) {
    return IntStream.of(first)
        .flatMap(a -> IntStream.of(second).map(b -> a + b * stride))
        .toArray();
  }

  @Override
  public void correlate(Pass pass, Tensor images, Tensor kernel, Tensor results) {
    Tensor panels = pass.scratch(PANELS, patches.panels());
    patches.pack(kernel, panels);
    float[] x = image.array(pass, images);
    float[] y = resultColumns.array(pass, results);
    for (int row = 0; row < pass.rows(); row++) {
      int xo = image.load(images, row, x);
      patches.multiply(x, xo, panels, y, resultColumns.start(results, row));
      resultColumns.store(y, results, row);
    }
  }

  @Override
  public void addKernel(Pass pass, Tensor images, Tensor results, Tensor kernel) {
    Tensor panels = pass.scratch(PANELS, patches.panels());
    Maths.fill(panels, 0);
    float[] x = image.array(pass, images);
    float[] y = resultColumns.array(pass, results);
    for (int row = 0; row < pass.rows(); row++) {
      int xo = image.load(images, row, x);
      resultColumns.load(results, row, y);
      patches.addTransposed(x, xo, y, resultColumns.start(results, row), panels);
    }
    patches.unpack(panels, kernel);
  }

  @Override
  public void transpose(Pass pass, Tensor results, Tensor kernel, Tensor images) {
    if (hasGaps) {
      Maths.fill(images, 0);
    }
    float[] x = result.array(pass, results);
    float[] y = imageColumns.array(pass, images);
    for (int i = 0; i < transposed.size(); i++) {
      transposed.get(i).pack(kernel, panels(pass, i));
    }
    for (int row = 0; row < pass.rows(); row++) {
      int xo = result.load(results, row, x);
      imageColumns.load(images, row, y);
      for (int i = 0; i < transposed.size(); i++) {
        transposed.get(i).multiply(x, xo, panels(pass, i), y, imageColumns.start(images, row));
      }
      imageColumns.store(y, images, row);
    }
  }

  private Tensor panels(Pass pass, int number) {
    return pass.scratch(WIDE_RESULT + 1 + number, transposed.get(number).panels());
  }

  /**
   * One row's matrix {@code (rows, columns)}, wider while patches are multiplied where that asks
   * for more columns.
   */
  private static final class Columns {
    private final int slot;
    private final int rows;
    private final int columns;
    private final int room;
    private final Shape shape;

    Columns(int slot, int rows, int columns) {
      this.slot = slot;
      this.rows = rows;
      this.columns = columns;
      this.room = Patches.room(columns);
      this.shape = Shape.of(rows, room);
    }

    /** The distance between neighbours along each axis. */
    int[] strides(Frame frame) {
      return IntStream.of(frame.innerStrides()).map(stride -> stride / columns * room).toArray();
    }

    float[] array(Pass pass, Tensor batch) {
      return room == columns ? batch.data() : pass.scratch(slot, shape).data();
    }

    int start(Tensor batch, int row) {
      return room == columns ? batch.offset() + row * rows * columns : 0;
    }

    void load(Tensor batch, int row, float[] wide) {
      int at = batch.offset() + row * rows * columns;
      for (int i = 0; i < rows && room != columns; i++) {
        System.arraycopy(batch.data(), at + i * columns, wide, i * room, columns);
      }
    }

    void store(float[] wide, Tensor batch, int row) {
      int at = batch.offset() + row * rows * columns;
      for (int i = 0; i < rows && room != columns; i++) {
        System.arraycopy(wide, i * room, batch.data(), at + i * columns, columns);
      }
    }
  }
}
