package io.sparknn.onnx;

/** Says in words what a test asks for that our layers do not have: known before anything runs. */
final class NotApplicable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotApplicable(String reason) {
    super(reason);
  }

  /** Refuses a test unless a condition holds. */
  static void unless(boolean condition, String reason) {
    if (!condition) {
      throw new NotApplicable(reason);
    }
  }
}
