package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KernelProviderTest {
  private final String before = System.getProperty(KernelProvider.PROPERTY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(KernelProvider.PROPERTY);
    } else {
      System.setProperty(KernelProvider.PROPERTY, before);
    }
  }

  @Test
  void aPropertyForcesTheProvider() {
    System.setProperty(KernelProvider.PROPERTY, "plain");
    assertInstanceOf(PlainKernels.class, KernelProvider.choose());
    System.setProperty(KernelProvider.PROPERTY, "vector");
    assertInstanceOf(VectorKernels.class, KernelProvider.choose());
    System.setProperty(KernelProvider.PROPERTY, "fast");
    Exception e = assertThrows(IllegalArgumentException.class, KernelProvider::choose);
    assertTrue(e.getMessage().contains("\"fast\""), e.getMessage());
  }

  @Test
  void vectorsAreTheDefault() {
    System.clearProperty(KernelProvider.PROPERTY);
    assertInstanceOf(VectorKernels.class, KernelProvider.choose());
  }
}
