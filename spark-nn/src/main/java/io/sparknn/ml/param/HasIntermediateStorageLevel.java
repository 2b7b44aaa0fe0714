package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;
import org.apache.spark.storage.StorageLevel;

/** Where Spark keeps the packed rows while a head trains. */
public interface HasIntermediateStorageLevel<S> extends Fluent<S> {

  /** Param: where Spark keeps the packed rows while a head trains. */
  default Param<String> intermediateStorageLevel() {
    return Rule.text(
        "a storage level with disk, as MEMORY_AND_DISK or DISK_ONLY",
        level -> StorageLevel.fromString(level).useDisk() ? level : null,
        this,
        "intermediateStorageLevel",
        "where Spark keeps the packed rows while the head trains");
  }

  default String getIntermediateStorageLevel() {
    return getOrDefault(intermediateStorageLevel());
  }

  default S setIntermediateStorageLevel(String value) {
    set(intermediateStorageLevel(), value);
    return self();
  }
}
