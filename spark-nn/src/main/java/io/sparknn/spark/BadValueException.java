package io.sparknn.spark;

/** A row holds a value that a network cannot read; the message is one sentence for the user. */
public final class BadValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadValueException(String message) {
    super(message);
  }
}
