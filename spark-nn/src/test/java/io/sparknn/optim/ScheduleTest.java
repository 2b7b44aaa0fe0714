package io.sparknn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Factors that PyTorch computes are in {@code GoldenValuesTest}. */
class ScheduleTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant | constant",
        "step | step",
        "step(10, 0.1) | step",
        "step( 10,0.2 ) | step(10, 0.2)",
        " step(5) | step(5)",
        "exponential(0.9) | exponential(0.9)",
        "cosine(0, 1, 0) | cosine",
        "cosine(10, 2) | cosine(10, 2)",
        "cosine(0, 1, 0.01) | cosine(0, 1, 0.01)",
        "polynomial(2) | polynomial(2)",
        "one_cycle(0.25) | one_cycle(0.25)",
        "reduce_on_plateau(0.5, 3) | reduce_on_plateau(0.5, 3)",
        "reduce_on_plateau | reduce_on_plateau",
      })
  void textsAreReadAndWritten(String text, String written) {
    assertEquals(written, Schedule.parse(text).toString());
    assertEquals(written, Schedule.parse(written).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Step",
        "linear",
        "constant(1)",
        "step()",
        "step(0)",
        "step(10, 0.1, 3)",
        "step(10, 1.1)",
        "step(10; 0.1)",
        "exponential(NaN)",
        "exponential(0)",
        "cosine(-1)",
        "cosine(10, 0.5)",
        "cosine(10, 2, 2)",
        "polynomial(0)",
        "one_cycle(1.5)",
        "reduce_on_plateau(0.1, -1)",
      })
  void otherTextsAreRefused(String text) {
    assertEquals(
        "a schedule must be one of constant, step(epochs, factor), exponential(factor), "
            + "cosine(epochs, restartFactor, min), polynomial(power, end), "
            + "one_cycle(warmShare, startFactor, endFactor), "
            + "reduce_on_plateau(factor, patience, minDelta), with step's epochs and power above "
            + "0, factor in (0, 1], restartFactor at least 1, warmShare, startFactor, endFactor, "
            + "min and end in [0, 1], and all else at least 0; received '"
            + text
            + "'",
        assertThrows(IllegalArgumentException.class, () -> Schedule.parse(text)).getMessage());
  }

  /** Between epochs too, and after the last: a run that goes on has the last factor. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "constant | 1.5 | 1",
        "step(1.5, 0.5) | 1.49 | 1",
        "step(1.5, 0.5) | 1.5 | 0.5",
        "exponential(0.25) | 0.5 | 0.5",
        "cosine | 5 | 0.5",
        "cosine | 11 | 0",
        "cosine(0.5) | 0.25 | 0.5",
        "cosine(0.5) | 0.75 | 0.5",
        "cosine(1, 3) | 2.5 | 0.5",
        "polynomial(2, 0.5) | 5 | 0.625",
        "polynomial | 10.5 | 0",
        "one_cycle(0.5, 0, 0) | 2.5 | 0.5",
        "one_cycle(0.5, 0, 0) | 7.5 | 0.5",
        "one_cycle(0, 0, 0) | 0 | 1",
        "one_cycle(1, 0, 0) | 10 | 1",
        "one_cycle(0.5, 0, 0.25) | 12 | 0.25",
      })
  void aFactorIsThatOfItsTime(String text, double epoch, double factor) {
    assertEquals(factor, Schedule.parse(text).factor(epoch, 10), 1e-12);
  }

  @Test
  void warmUpIsLinearAndComesFirst() {
    Schedule schedule = Schedule.parse("one_cycle(0.5, 0.5, 0)").withWarmup(2);
    assertEquals(0.0005, schedule.factor(0, 10), 1e-12);
    assertEquals(0.25025, schedule.factor(1, 10), 1e-12);
    assertEquals(0.5, schedule.factor(2, 10), 1e-12);
    assertEquals(1, schedule.factor(6, 10), 1e-12);
    assertEquals(0, schedule.factor(10, 10), 1e-12);
    assertEquals(0.25025, schedule.factor(1, 1), 1e-12);
    assertEquals(
        "warmupEpochs must be at least 0; received -1.0",
        assertThrows(IllegalArgumentException.class, () -> schedule.withWarmup(-1)).getMessage());
  }

  @Test
  void noWarmUpChangesNothing() {
    Schedule schedule = Schedule.parse("step");
    assertEquals(schedule, schedule.withWarmup(0));
  }

  @Test
  void aPlateauContinuesFromItsState() {
    Schedule first = Schedule.parse("reduce_on_plateau(0.5, 1, 0)").withWarmup(1);
    for (double loss : new double[] {3, 2, 2, Double.NaN, 2}) {
      first.onEpoch(loss);
    }
    assertEquals(0.5, first.factor(5, 10));
    Schedule second = Schedule.parse("reduce_on_plateau(0.5, 1, 0)").withWarmup(1);
    second.restore(first.state());
    assertEquals(0.5, second.factor(5, 10));
    second.onEpoch(2);
    assertEquals(0.25, second.factor(6, 10));
  }

  @Test
  void anotherSchedulesStateIsRefused() {
    Schedule plateau = Schedule.parse("reduce_on_plateau");
    Schedule cosine = Schedule.parse("cosine");
    assertArrayEquals(new double[0], cosine.state());
    cosine.restore(cosine.state());
    assertEquals(
        "schedule cosine has no state; received one of 3 numbers: continue with the same schedule",
        assertThrows(IllegalArgumentException.class, () -> cosine.restore(plateau.state()))
            .getMessage());
    assertEquals(
        "schedule reduce_on_plateau has a state of 3 numbers; received 0: continue with the same"
            + " schedule",
        assertThrows(IllegalArgumentException.class, () -> plateau.restore(cosine.state()))
            .getMessage());
  }

  /** A step size of 0 from the first step on would train nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"constant", "step", "exponential", "cosine", "polynomial", "one_cycle"})
  void noScheduleBeginsWithNothing(String text) {
    assertTrue(Schedule.parse(text).factor(0, 10) > 0);
    assertTrue(Schedule.parse(text).withWarmup(3).factor(0, 10) > 0);
  }
}
