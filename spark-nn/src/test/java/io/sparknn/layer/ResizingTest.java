package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.conv.Cropping;
import io.sparknn.layer.conv.Interpolation;
import io.sparknn.layer.conv.UpSampling;
import io.sparknn.layer.conv.ZeroPadding;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that add, drop or repeat elements. */
class ResizingTest {
  private static final List<List<Integer>> MARGINS = List.of(List.of(1, 0), List.of(2, 1));

  private static NetworkTrial trial(Layer layer, int... extents) {
    return NetworkTrial.of(layer, List.of(Shape.of(extents)));
  }

  @Test
  void padsWithZeros() {
    NetworkTrial trial = trial(new ZeroPadding(MARGINS), 2, 2, 1);
    assertEquals(Shape.of(3, 5, 1), trial.network().outputShape());
    assertArrayEquals(
        new float[] {0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 3, 4, 0},
        trial.score(new float[][] {{1, 2, 3, 4}}));
  }

  @Test
  void cropsWhatPaddingAdds() {
    float[][] data = trial(new ZeroPadding(MARGINS), 2, 3, 2).data(2);
    NetworkTrial padding = trial(new ZeroPadding(MARGINS), 2, 3, 2);
    NetworkTrial cropping = trial(new Cropping(MARGINS), 3, 6, 2);
    assertEquals(Shape.of(2, 3, 2), cropping.network().outputShape());
    float[] padded = padding.score(data);
    assertArrayEquals(data[0], cropping.score(new float[][] {padded}));
    assertArrayEquals(
        padded, cropping.step(new float[][] {new float[padded.length]}, data[0]).inputs()[0]);
    assertArrayEquals(data[0], padding.step(data, padded).inputs()[0]);
  }

  @Test
  void repeatsElements() {
    NetworkTrial trial = trial(new UpSampling(List.of(2, 3), Interpolation.NEAREST), 2, 1, 2);
    assertEquals(Shape.of(4, 3, 2), trial.network().outputShape());
    assertArrayEquals(
        new float[] {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4},
        trial.score(new float[][] {{1, 2, 3, 4}}));
  }

  /** What {@code torch.nn.functional.interpolate(mode="bilinear")} gives. */
  @Test
  void interpolatesBetweenMiddles() {
    NetworkTrial trial = trial(new UpSampling(List.of(2, 3), Interpolation.BILINEAR), 2, 2, 1);
    assertEquals(Shape.of(4, 6, 1), trial.network().outputShape());
    float third = 4f / 3;
    assertArrayEquals(
        new float[] {
          0, 0, third, 2 * third, 4, 4, //
          1, 1, 1 + third, 1 + 2 * third, 5, 5, //
          3, 3, 3 + third, 3 + 2 * third, 7, 7, //
          4, 4, 4 + third, 4 + 2 * third, 8, 8
        },
        trial.score(new float[][] {{0, 4, 4, 8}}),
        1e-6f);
  }

  @Test
  void gradientsAreRight() {
    trial(new ZeroPadding(MARGINS), 2, 3, 2).checkGradients(2);
    trial(new Cropping(MARGINS), 3, 6, 2).checkGradients(2);
    trial(new UpSampling(List.of(3), Interpolation.NEAREST), 4, 2).checkGradients(2);
    trial(new UpSampling(List.of(2, 3), Interpolation.BILINEAR), 2, 3, 2).checkGradients(2);
  }

  @Test
  void refusesToCropEverything() {
    assertEquals(
        "cropping [2, 1] leaves nothing of an axis of 3: crop fewer",
        assertThrows(
                IllegalArgumentException.class,
                () -> new Cropping(MARGINS).outputShape(List.of(Shape.of(3, 3, 1))))
            .getMessage());
  }

  @Test
  void refusesMarginsBelow0() {
    assertThrows(IllegalArgumentException.class, () -> new ZeroPadding(List.of(List.of(1, -1))));
    assertThrows(IllegalArgumentException.class, () -> new Cropping(List.of(List.of(1))));
  }

  @Test
  void interpolatesAlongTwoAxesOnly() {
    assertThrows(
        IllegalArgumentException.class, () -> new UpSampling(List.of(2), Interpolation.BILINEAR));
  }
}
