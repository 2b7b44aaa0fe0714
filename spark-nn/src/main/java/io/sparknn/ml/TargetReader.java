package io.sparknn.ml;

import io.sparknn.spark.BadValueException;
import io.sparknn.spark.ValueReader;
import java.io.Serializable;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.types.StructField;
import scala.collection.Seq;

/** Reads a row's targets in double precision: a number, a vector or an array of numbers. */
final class TargetReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ValueReader reader;

  /**
   * A reader.
   *
   * @throws IllegalArgumentException if the column holds something else
   */
  TargetReader(StructField column) {
    reader = new ValueReader(column.name(), column.dataType());
    if (reader.shape().rank() != 1) {
      throw new IllegalArgumentException(
          "column '%s' must hold a number, a vector or an array of numbers a row; it is of type %s"
              .formatted(column.name(), column.dataType().simpleString()));
    }
  }

  String column() {
    return reader.column();
  }

  /** Refuses a column that may hold several numbers. */
  void checkScalar() {
    NetworkEstimator.checkNumeric(reader);
  }

  /**
   * The targets.
   *
   * @throws BadValueException if one is null, infinite or not a number
   */
  double[] read(Object value) {
    double[] targets;
    if (value instanceof Vector vector) {
      targets = vector.toArray();
    } else if (value instanceof Seq<?> seq) {
      targets = new double[seq.length()];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = number(seq.apply(i));
      }
    } else {
      targets = new double[] {number(value)};
    }
    if (targets.length == 0) {
      throw new BadValueException(
          "column '%s' has an empty value; each row needs at least one number".formatted(column()));
    }
    for (double target : targets) {
      if (!Double.isFinite(target)) {
        throw new BadValueException(
            "column '%s' has the value %s; filter such rows before".formatted(column(), target));
      }
    }
    return targets;
  }

  private double number(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    if (value == null) {
      throw new BadValueException(
          "column '%s' has a null; filter such rows before".formatted(column()));
    }
    return ((Number) value).doubleValue();
  }
}
