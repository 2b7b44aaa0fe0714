package io.sparknn.ml;

import io.sparknn.ml.param.Rule;
import java.util.Locale;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** How the targets of a row are written: predictions are written as the labels were. */
enum TargetType {
  /** A single number. */
  NUMBER {
    @Override
    StructField field(String name, int targets) {
      return new StructField(name, DataTypes.DoubleType, false, Metadata.empty());
    }

    @Override
    Object value(double[] predicted) {
      return predicted[0];
    }
  },
  /** A vector. */
  VECTOR {
    @Override
    StructField field(String name, int targets) {
      AttributeGroup group =
          targets > 0 ? new AttributeGroup(name, targets) : new AttributeGroup(name);
      return group.toStructField();
    }

    @Override
    Object value(double[] predicted) {
      return Vectors.dense(predicted);
    }
  },
  /** An array of numbers. */
  ARRAY {
    @Override
    StructField field(String name, int targets) {
      DataType type = DataTypes.createArrayType(DataTypes.DoubleType, false);
      return new StructField(name, type, false, Metadata.empty());
    }

    @Override
    Object value(double[] predicted) {
      return predicted;
    }
  };

  /** The type of a label column. */
  static TargetType of(DataType label) {
    if (label instanceof ArrayType) {
      return ARRAY;
    }
    return label.equals(SQLDataTypes.VectorType()) ? VECTOR : NUMBER;
  }

  /** Param of a model: how its labels were written. */
  static Param<String> param(Params model) {
    return Rule.oneOf(
        TargetType.class,
        model,
        "targetType",
        "how the labels were written that it was trained on, and so its predictions are");
  }

  /**
   * A column of predictions.
   *
   * @param targets their number, or 0 if it is not known yet
   */
  abstract StructField field(String name, int targets);

  /** A row's prediction. */
  abstract Object value(double[] predicted);

  /** The name as the param has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
