package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Scores a DataFrame in batches of rows, lazily: every column is kept and the outputs' columns are
 * appended. The weights are broadcast once.
 */
public final class BatchScorer {

  private static final int MAX_BATCH_ROWS = 256;

  /** About 64 MB for the values of a batch in all layers. */
  private static final int MAX_BATCH_VALUES = 1 << 24;

  private final SparkContext context;
  private final Broadcast<Scored> scored;

  /** Turns what a network computes for a row into the values of the appended columns. */
  public interface Outputs extends Serializable {
    /**
     * The values, one for each appended column.
     *
     * @param raw the network's output
     * @param predicted the same after {@link Loss#predict}
     */
    Object[] values(double[] raw, double[] predicted);

    /**
     * The values, from more than the network's output.
     *
     * @param row the row's place in the batch that the replica has just computed
     */
    default Object[] values(Replica replica, int row, double[] raw, double[] predicted) {
      return values(raw, predicted);
    }
  }

  /** What is broadcast. */
  @DefaultSerializer(JavaSerializer.class)
  private record Scored(Replicas replicas, float[] weights, Loss loss) implements Serializable {

    /** How many rows of at most so many steps fit into a batch. */
    int batchRows(int steps) {
      long values = replicas.network().valuesPerRow(steps);
      return (int) Math.max(1, Math.min(MAX_BATCH_ROWS, MAX_BATCH_VALUES / values));
    }
  }

  public BatchScorer(JavaSparkContext context, Network network, float[] weights, Loss loss) {
    this.context = context.sc();
    scored = context.broadcast(new Scored(new Replicas(network), weights, loss));
  }

  /** Whether this scorer's Spark context is still the running one. */
  public boolean isUsable(JavaSparkContext context) {
    return this.context == context.sc() && scored.isValid();
  }

  /**
   * Scores.
   *
   * @param inputs for each input of the network, where it stands in a row
   * @param schema the rows' columns and the appended ones, with their metadata
   */
  public Dataset<Row> score(
      Dataset<Row> rows, List<InputColumn> inputs, Outputs outputs, StructType schema) {
    StructField[] fields = schema.fields();
    // By number, since two columns may have one name.
    StructType numbered = new StructType();
    for (int i = 0; i < fields.length; i++) {
      numbered = numbered.add("_" + i, fields[i].dataType(), fields[i].nullable());
    }
    Dataset<Row> result =
        rows.mapPartitions(new Scoring(scored, inputs, outputs), Encoders.row(numbered));
    // Encoders drop the fields' metadata, and the units of intervals.
    Column[] columns = new Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Column value = result.col("_" + i).cast(fields[i].dataType());
      columns[i] = value.as(fields[i].name(), fields[i].metadata());
    }
    return result.select(columns);
  }

  /**
   * Where an input of the network stands in a row.
   *
   * @param field the field of the struct in that column, or -1 if the column itself is the input
   */
  public record InputColumn(int column, int field, ValueReader reader) implements Serializable {
    Object value(Row row) {
      if (field < 0 || row.isNullAt(column)) {
        return row.get(column);
      }
      return row.getStruct(column).get(field);
    }
  }

  private record Scoring(Broadcast<Scored> scored, List<InputColumn> inputs, Outputs outputs)
      implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Native.prepare();
      int batchRows = scored.value().batchRows(1);
      Queue<Row> ready = new ArrayDeque<>();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return !ready.isEmpty() || rows.hasNext();
        }

        @Override
        public Row next() {
          if (ready.isEmpty()) {
            List<Row> batch = new ArrayList<>(batchRows);
            while (batch.size() < batchRows && rows.hasNext()) {
              batch.add(rows.next());
            }
            score(batch, ready);
          }
          return ready.remove();
        }
      };
    }

    private void score(List<Row> batch, Queue<Row> results) {
      Scored model = scored.value();
      List<Shape> shapes = model.replicas.network().inputShapes();
      int[][] lengths = lengths(batch, shapes);
      int longest =
          Stream.of(lengths).filter(Objects::nonNull).flatMapToInt(IntStream::of).max().orElse(1);
      int fit = model.batchRows(longest);
      if (fit < batch.size()) {
        score(batch.subList(0, fit), results);
        score(batch.subList(fit, batch.size()), results);
        return;
      }
      Replica replica = model.replicas.take();
      replica.start(batch.size(), lengths);
      for (int i = 0; i < inputs.size(); i++) {
        InputColumn input = inputs.get(i);
        Tensor to = replica.input(i);
        int size = to.size() / batch.size();
        for (int row = 0; row < batch.size(); row++) {
          int start = to.offset() + row * size;
          int end = input.reader.read(input.value(batch.get(row)), shapes.get(i), to.data(), start);
          Arrays.fill(to.data(), end, start + size, 0);
        }
      }
      replica.score(model.weights);
      List<double[]> raw = rows(replica.output(), batch.size());
      model.loss.predict(replica.output());
      List<double[]> predicted = rows(replica.output(), batch.size());
      for (int i = 0; i < batch.size(); i++) {
        Row row = batch.get(i);
        Object[] appended = outputs.values(replica, i, raw.get(i), predicted.get(i));
        Object[] values = new Object[row.size() + appended.length];
        Arrays.setAll(values, k -> k < row.size() ? row.get(k) : appended[k - row.size()]);
        results.add(RowFactory.create(values));
      }
      model.replicas.giveBack(replica);
    }

    /** For each ragged input the number of steps of each row, else null. */
    private int[][] lengths(List<Row> batch, List<Shape> shapes) {
      int[][] lengths = new int[shapes.size()][];
      for (int i = 0; i < lengths.length; i++) {
        if (shapes.get(i).isRagged()) {
          InputColumn input = inputs.get(i);
          lengths[i] =
              batch.stream().mapToInt(row -> input.reader.steps(input.value(row))).toArray();
        }
      }
      return lengths;
    }

    private static List<double[]> rows(Tensor output, int count) {
      int size = output.size() / count;
      List<double[]> rows = new ArrayList<>(count);
      for (int row = 0; row < count; row++) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
          values[i] = output.data()[output.offset() + row * size + i];
        }
        rows.add(values);
      }
      return rows;
    }
  }
}
