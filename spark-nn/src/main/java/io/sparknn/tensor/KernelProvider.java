package io.sparknn.tensor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the kernels: the Vector API if this virtual machine has it, plain Java otherwise. The
 * system property {@code spark.nn.kernels} ({@code vector} or {@code plain}) overrides the choice.
 */
final class KernelProvider {
  static final String PROPERTY = "spark.nn.kernels";

  private static final Logger LOG = LoggerFactory.getLogger(KernelProvider.class);
  private static final String MODULE = "jdk.incubator.vector";

  private KernelProvider() {}

  static Kernels choose() {
    String wish = System.getProperty(PROPERTY, "");
    return switch (wish) {
      case "plain" -> chosen(new PlainKernels(), PROPERTY + " is plain");
      case "vector" -> vector(PROPERTY + " is vector");
      case "" ->
          ModuleLayer.boot().findModule(MODULE).isPresent()
              ? vector("the module " + MODULE + " is present")
              : chosen(
                  new PlainKernels(),
                  "start Java with --add-modules=" + MODULE + " for faster ones");
      default ->
          throw new IllegalArgumentException(
              "the system property %s must be vector or plain; received \"%s\""
                  .formatted(PROPERTY, wish));
    };
  }

  private static Kernels vector(String reason) {
    try {
      return chosen(new VectorKernels(), reason);
    } catch (LinkageError | UnsupportedOperationException e) {
      return chosen(new PlainKernels(), "the Vector API does not work here: " + e);
    }
  }

  private static Kernels chosen(Kernels kernels, String reason) {
    LOG.info("Kernels: {} ({}).", kernels.name(), reason);
    return kernels;
  }
}
