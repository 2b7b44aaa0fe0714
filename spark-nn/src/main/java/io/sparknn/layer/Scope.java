package io.sparknn.layer;

/** What a row's result in training depends on, besides the row. */
public enum Scope {
  /** Nothing. */
  ROW,
  /** The rows that its replica computes with it, so that it matters which rows lie together. */
  REPLICA,
  /** All rows of the batch, wherever they lie: see {@link Pass#addUp}. */
  BATCH
}
