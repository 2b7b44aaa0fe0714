package io.sparknn.ml;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import scala.Option;

/** How many ids a column's numbers are, by Spark ML's metadata of nominal attributes. */
final class IdCounts {

  private static final int UNKNOWN = -1;

  private IdCounts() {}

  /** The metadata of a column of so many ids. */
  static Metadata metadata(int ids) {
    return NominalAttribute.defaultAttr().withNumValues(ids).toMetadata();
  }

  /**
   * The numbers of ids of each of a vector's columns, or the only one of other columns; or none.
   */
  static List<Integer> of(StructField field) {
    List<Integer> counts = new ArrayList<>();
    if (field.dataType().equals(SQLDataTypes.VectorType())) {
      Option<Attribute[]> attributes = AttributeGroup.fromStructField(field).attributes();
      if (attributes.isDefined()) {
        for (Attribute attribute : attributes.get()) {
          counts.add(count(attribute));
        }
      }
    } else {
      counts.add(count(of(field.metadata())));
    }
    return counts.contains(UNKNOWN) ? List.of() : counts;
  }

  /** Spark would refuse to read it from a column of arrays. */
  private static Attribute of(Metadata metadata) {
    return Attribute.fromStructField(new StructField("ids", DataTypes.DoubleType, true, metadata));
  }

  private static int count(Attribute attribute) {
    if (attribute instanceof BinaryAttribute) {
      return 2;
    }
    if (attribute instanceof NominalAttribute nominal && nominal.getNumValues().isDefined()) {
      return (Integer) nominal.getNumValues().get();
    }
    return UNKNOWN;
  }
}
