package io.sparknn.ml;

import io.sparknn.layer.Layer;
import io.sparknn.layer.merge.Concatenate;
import io.sparknn.ml.param.HasFeaturesCol;
import io.sparknn.ml.param.HasFeaturesCols;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * What a head reads: one column, or several that are concatenated into a column which exists only
 * while the head works.
 *
 * @param column the column to read
 * @param join makes that column; null if it exists
 */
record Features(String column, Join join) {

  /** The columns that a head's params name. */
  static <P extends HasFeaturesCol<?> & HasFeaturesCols<?>> Features of(P head) {
    if (!head.isSet(head.featuresCols())) {
      return new Features(head.getFeaturesCol(), null);
    }
    String[] columns = head.getFeaturesCols();
    if (columns.length == 1) {
      return new Features(columns[0], null);
    }
    String joined = head.uid() + "_features";
    Join join = new Join(head.uid() + "_concatenate");
    join.setInputCols(columns).setOutputCol(joined);
    return new Features(joined, join);
  }

  StructType join(StructType schema) {
    return join == null ? schema : join.transformSchema(schema);
  }

  Dataset<Row> join(Dataset<?> rows) {
    return join == null ? rows.toDF() : join.transform(rows);
  }

  /** Rows without the joined column. */
  Dataset<Row> drop(Dataset<Row> rows) {
    return join == null ? rows : rows.drop(column);
  }

  /** Concatenates vectors. */
  static final class Join extends MergeLayerStage<Join> {
    private static final long serialVersionUID = 1L;

    Join(String uid) {
      super(uid);
    }

    @Override
    protected Layer toLayer() {
      return new Concatenate(-1);
    }
  }
}
