package io.sparknn.spark;

/** Data that have no rows, or none whose weight is above 0. */
public final class EmptyDataException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final boolean hasRows;

  EmptyDataException(boolean hasRows) {
    super(hasRows ? "the weights of all rows are 0" : "there is no row");
    this.hasRows = hasRows;
  }

  /** Whether there are rows, all of weight 0. */
  public boolean hasRows() {
    return hasRows;
  }
}
