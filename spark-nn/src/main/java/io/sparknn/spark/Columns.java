package io.sparknn.spark;

/** Names of columns. */
public final class Columns {
  private Columns() {}

  /** The name as Spark's column expressions take it literally, dots and all. */
  public static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
