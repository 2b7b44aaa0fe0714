package io.sparknn.layer.attention;

/** The slots of saved and of scratch memory that attention layers use. */
final class Slots {
  static final int WEIGHTS = 0;
  static final int OUTPUT = 1;
  static final int SCALE = 2;
  static final int HIDDEN = 3;
  static final int HIDDEN_GRADIENT = 4;
  static final int ANGLES = 5;
  static final int KERNEL = 6;

  private static final int ROLES = 7;

  private Slots() {}

  /** The slot for what a role reads, or its gradient. */
  static int of(Role role) {
    return ROLES + role.ordinal();
  }
}
