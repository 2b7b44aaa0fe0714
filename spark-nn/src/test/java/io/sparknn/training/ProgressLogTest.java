package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLogTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.0000",
    "0.69314, 0.6931",
    "1234.5, 1234.5000",
    "-0.25, -0.2500",
    "0.0012345, 1.235e-03",
    "-3.2e-11, -3.200e-11",
    "4.9e11, 4.900e+11",
    "NaN, NaN"
  })
  void figuresOfAnyUnitCanBeRead(double value, String expected) {
    assertEquals(expected, ProgressLog.figure(value));
  }
}
