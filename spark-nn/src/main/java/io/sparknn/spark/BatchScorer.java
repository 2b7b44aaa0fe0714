package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import io.sparknn.training.ValuesBuilder;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
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
  private record Scored(Replicas replicas, float[] weights, Loss loss) implements Serializable {}

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
   * @param places the place of a column, and of the fields within its structs that lead to the
   *     input
   */
  public record InputColumn(List<Integer> places, ValueReader reader) implements Serializable {
    Object value(Row row) {
      Object value = row;
      for (int i = 0; i < places.size() && value != null; i++) {
        value = ((Row) value).get(places.get(i));
      }
      return value;
    }
  }

  private record Scoring(Broadcast<Scored> scored, List<InputColumn> inputs, Outputs outputs)
      implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Native.prepare();
      RowKinds kinds = new RowKinds(scored.value().replicas.network(), inputs);
      Queue<Row> ready = new ArrayDeque<>();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return !ready.isEmpty() || rows.hasNext();
        }

        @Override
        public Row next() {
          if (ready.isEmpty()) {
            score(rows, kinds, ready);
          }
          return ready.remove();
        }
      };
    }

    /** Scores the next rows, each kind of them in a batch of its own. */
    private void score(Iterator<Row> rows, RowKinds kinds, Queue<Row> results) {
      List<Set<String>> order = new ArrayList<>();
      Map<Set<String>, List<Row>> batches = new LinkedHashMap<>();
      long cost = 0;
      do {
        Row row = rows.next();
        Set<String> kind = kinds.of(row);
        order.add(kind);
        batches.computeIfAbsent(kind, key -> new ArrayList<>()).add(row);
        cost += kinds.cost(kind);
      } while (rows.hasNext()
          && order.size() < MAX_BATCH_ROWS
          && !kinds.isFull(cost, order.get(order.size() - 1)));
      Map<Set<String>, Queue<Row>> scored = new HashMap<>();
      batches.forEach(
          (kind, batch) ->
              score(batch, kinds, kind, scored.computeIfAbsent(kind, key -> new ArrayDeque<>())));
      order.forEach(kind -> results.add(scored.get(kind).remove()));
    }

    private void score(List<Row> batch, RowKinds kinds, Set<String> kind, Queue<Row> results) {
      Scored model = scored.value();
      List<Shape> shapes = model.replicas.network().inputShapes();
      int[][] lengths = lengths(batch, shapes);
      int longest =
          Stream.of(lengths).filter(Objects::nonNull).flatMapToInt(IntStream::of).max().orElse(1);
      int fit = kinds.batchRows(kind, longest);
      if (fit < batch.size()) {
        score(batch.subList(0, fit), kinds, kind, results);
        score(batch.subList(fit, batch.size()), kinds, kind, results);
        return;
      }
      Replica replica = model.replicas.take();
      replica.expect(RowKinds.inputs(kind));
      replica.start(batch.size(), lengths);
      for (int i = 0; i < inputs.size(); i++) {
        InputColumn input = inputs.get(i);
        if (replica.sparseInput(i) != null) {
          writeSparse(replica, i, batch, shapes.get(i));
          continue;
        }
        Tensor to = replica.input(i);
        int size = to.size() / batch.size();
        for (int row = 0; row < batch.size(); row++) {
          int start = to.offset() + row * size;
          int end = input.reader.read(input.value(batch.get(row)), shapes.get(i), to.data(), start);
          Arrays.fill(to.data(), end, start + size, 0);
        }
      }
      replica.score(model.weights);
      Tensor output = replica.output();
      for (int i = 0; i < batch.size(); i++) {
        Row row = batch.get(i);
        double[] raw = finite(output.row(i), replica);
        double[] predicted = raw.clone();
        model.loss.predict(predicted);
        Object[] appended = outputs.values(replica, i, raw, predicted);
        Object[] values = new Object[row.size() + appended.length];
        Arrays.setAll(values, k -> k < row.size() ? row.get(k) : appended[k - row.size()]);
        results.add(RowFactory.create(values));
      }
      model.replicas.giveBack(replica);
    }

    private void writeSparse(Replica replica, int index, List<Row> batch, Shape shape) {
      InputColumn input = inputs.get(index);
      ValuesBuilder values = new ValuesBuilder(batch.size());
      values.makeSparse(shape.size());
      for (int row = 0; row < batch.size(); row++) {
        int start = values.size();
        input.reader.read(input.value(batch.get(row)), shape, values);
        replica.write(index, row, values.indices(), values.data(), start, values.size() - start);
      }
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

    /**
     * What the network puts out for a row.
     *
     * @throws BadValueException if it is infinite or not a number, which no later step would show
     */
    private static double[] finite(Tensor output, Replica replica) {
      double[] values = new double[output.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = output.data()[output.offset() + i];
        if (!Double.isFinite(values[i])) {
          throw new BadValueException(
              "a row cannot be scored, since %s: scale the features, as StandardScaler does, or filter such rows before"
                  .formatted(replica.explainFault()));
        }
      }
      return values;
    }
  }
}
