package io.sparknn.ml;

import io.sparknn.graph.Replica;
import io.sparknn.spark.BatchScorer;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The attention weights of a layer: arrays of heads, of queries, of keys.
 *
 * @param layer the layer's name
 */
record AttentionOutputs(String layer) implements BatchScorer.Outputs {

  static final DataType TYPE = array(array(array(DataTypes.FloatType)));

  private static DataType array(DataType element) {
    return DataTypes.createArrayType(element, false);
  }

  @Override
  public Object[] values(double[] raw, double[] predicted) {
    throw new UnsupportedOperationException("attention weights are not in the output");
  }

  @Override
  public Object[] values(Replica replica, int row, double[] raw, double[] predicted) {
    return new Object[] {replica.attentionScores(layer, row)};
  }
}
