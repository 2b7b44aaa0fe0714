package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Network.Slot;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.init.Initializer;
import io.sparknn.layer.block.ResidualBlock;
import io.sparknn.layer.block.ResidualBlock.Shortcut;
import io.sparknn.layer.block.ResidualBlock.Variant;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidualBlockTest {

  private static ResidualBlock block(
      Variant variant, int filters, int stride, Shortcut shortcut, boolean preActivation) {
    return new ResidualBlock(
        variant,
        filters,
        stride,
        shortcut,
        preActivation,
        ActivationFunction.RELU,
        0.99,
        1e-3,
        Initializer.HE_NORMAL);
  }

  @ParameterizedTest
  @CsvSource({
    "BASIC, 4, 1, '(7, 6, 4)'",
    "BASIC, 6, 2, '(4, 3, 6)'",
    "BOTTLENECK, 1, 1, '(7, 6, 4)'",
    "BOTTLENECK, 2, 3, '(3, 2, 8)'"
  })
  void infersShapes(Variant variant, int filters, int stride, String expected) {
    for (Shortcut shortcut : Shortcut.values()) {
      for (boolean preActivation : new boolean[] {false, true}) {
        Layer layer = block(variant, filters, stride, shortcut, preActivation);
        NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(7, 6, 4)));
        assertEquals(expected, trial.network().outputShape().toString());
        Shape open = layer.outputShape(List.of(Shape.of(-1, -1, 4)));
        assertEquals(Shape.of(-1, -1, trial.network().outputShape().last()), open);
      }
    }
  }

  private static List<String> kernels(ResidualBlock block) {
    return NetworkTrial.of(block, List.of(Shape.of(4, 4, 2))).network().slots().stream()
        .filter(slot -> slot.name().endsWith("kernel"))
        .map(slot -> slot.name() + " " + slot.weight().shape())
        .toList();
  }

  @Test
  void partsHaveNames() {
    assertEquals(
        List.of(
            "residualblock/1/convolution/kernel (1, 1, 2, 3)",
            "residualblock/2/convolution/kernel (3, 3, 3, 3)",
            "residualblock/3/convolution/kernel (1, 1, 3, 12)",
            "residualblock/shortcut/convolution/kernel (1, 1, 2, 12)"),
        kernels(block(Variant.BOTTLENECK, 3, 2, Shortcut.PROJECTION, false)));
    assertEquals(
        List.of(
            "residualblock/1/convolution/kernel (3, 3, 2, 3)",
            "residualblock/2/convolution/kernel (3, 3, 3, 3)"),
        kernels(block(Variant.BASIC, 3, 2, Shortcut.PADDING, true)));
    assertEquals(
        2, kernels(block(Variant.BASIC, 2, 1, Shortcut.PROJECTION, false)).size(), "identity");
  }

  /** Without its last kernel, a block with pre-activation is its shortcut. */
  private static float[] shortcut(ResidualBlock block, Shape input, float[] x) {
    NetworkTrial trial = NetworkTrial.of(block, List.of(input));
    for (Slot slot : trial.network().slots()) {
      if (slot.name().endsWith("2/convolution/kernel")) {
        int end = slot.offset() + slot.weight().shape().size();
        Arrays.fill(trial.weights(), slot.offset(), end, 0);
      }
    }
    return trial.train(new float[][] {x});
  }

  @Test
  void anIdentityPassesTheInput() {
    float[] x = NetworkTrial.random(2 * 4 * 3 * 2, 1);
    Shape input = Shape.of(4, 3, 2);
    assertArrayEquals(x, shortcut(block(Variant.BASIC, 2, 1, Shortcut.PROJECTION, true), input, x));
  }

  @Test
  void paddingLeavesOutPositionsAndAddsChannels() {
    float[] x = NetworkTrial.random(2 * 5 * 4 * 2, 1);
    Shape input = Shape.of(5, 4, 2);
    float[] y = shortcut(block(Variant.BASIC, 5, 2, Shortcut.PADDING, true), input, x);
    float[] expected = new float[2 * 3 * 2 * 5];
    for (int i = 0; i < expected.length; i++) {
      int channel = i % 5;
      int column = i / 5 % 2;
      int line = i / 10 % 3;
      int row = i / 30;
      int from = ((row * 5 + 2 * line) * 4 + 2 * column) * 2 + channel;
      expected[i] = channel < 2 ? x[from] : 0;
    }
    assertArrayEquals(expected, y);
  }

  @Test
  void paddingAddsChannelsOnly() {
    assertEquals(
        "shortcut 'padding' adds channels only; received (4, 4, 3) for an output of 2 channels: use"
            + " 'projection'",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    block(Variant.BASIC, 2, 1, Shortcut.PADDING, false)
                        .outputShape(List.of(Shape.of(4, 4, 3))))
            .getMessage());
  }
}
