package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.graph.Network;
import io.sparknn.spark.Packer.Packed;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.HashPartitioner;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Option;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Rows packed once and kept by Spark, in memory or on disk, until closed. More partitions than task
 * slots would only add to the cost of an iteration, so they are coalesced to the slots.
 */
public final class TrainingData implements AutoCloseable {

  private static final int HEAVY_PARTITION = 100_000;

  private final JavaRDD<Packed> packed;
  private final List<Survey> surveys;

  /** What one pass over a partition finds. */
  @DefaultSerializer(JavaSerializer.class)
  private record Survey(
      long rows,
      double weight,
      float maxLabel,
      long bytes,
      List<Range> sizes,
      List<Fill> fills,
      long digest,
      LabelTally labels,
      String problem)
      implements Serializable {

    static Survey of(Iterator<Packed> partition) {
      List<Range> sizes = new ArrayList<>();
      List<Fill> fills = new ArrayList<>();
      long rows = 0;
      long bytes = 0;
      double weight = 0;
      float max = Float.NEGATIVE_INFINITY;
      long digest = 0;
      LabelTally tally = new LabelTally();
      while (partition.hasNext()) {
        Packed packed = partition.next();
        if (packed.problem() != null) {
          return new Survey(
              rows, weight, max, bytes, sizes, fills, digest, tally, packed.problem());
        }
        RowBlock block = packed.block();
        rows += block.rows();
        digest += block.digest();
        tally.add(block);
        for (float w : block.weights()) {
          weight += w;
        }
        for (int i = 0; i < block.inputs().length; i++) {
          Range range = Range.of(block.inputs()[i]);
          Fill fill = Fill.of(block.inputs()[i]);
          if (sizes.size() == i) {
            sizes.add(range);
            fills.add(fill);
          } else {
            sizes.set(i, sizes.get(i).with(range));
            fills.set(i, fills.get(i).with(fill));
          }
        }
        bytes += block.bytes();
        for (float label : block.labels().data()) {
          max = Math.max(max, label);
        }
      }
      return new Survey(rows, weight, max, bytes, sizes, fills, digest, tally, null);
    }
  }

  /** The least and the greatest number of elements that rows have in one column. */
  public record Range(int min, int max) implements Serializable {

    static Range of(Values values) {
      int min = Integer.MAX_VALUE;
      int max = 0;
      for (int row = 0; row < values.rows(); row++) {
        min = Math.min(min, values.size(row));
        max = Math.max(max, values.size(row));
      }
      return new Range(min, max);
    }

    Range with(Range other) {
      return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }
  }

  /** Packs and counts all rows, where they are. */
  public TrainingData(Dataset<Row> rows, Packer packer, StorageLevel level) {
    this(rows, packer, level, null);
  }

  /**
   * How full the rows of one column are, as they are packed.
   *
   * @param numbers that are packed of all rows
   * @param elements of all rows
   */
  private record Fill(long numbers, long elements) implements Serializable {

    static Fill of(Values values) {
      long elements = 0;
      for (int row = 0; row < values.rows(); row++) {
        elements += values.size(row);
      }
      return new Fill(values.data().length, elements);
    }

    Fill with(Fill other) {
      return new Fill(numbers + other.numbers, elements + other.elements);
    }
  }

  /**
   * Packs and counts all rows, in one job.
   *
   * @param rows the columns that the packer expects
   * @param level where Spark keeps what is packed
   * @param shuffle how they are mixed first; null to leave them where they are
   * @throws EmptyDataException if there are no rows, or no weight
   * @throws IllegalArgumentException if a row holds a bad value
   */
  public TrainingData(Dataset<Row> rows, Packer packer, StorageLevel level, RowShuffle shuffle) {
    int slots = rows.sparkSession().sparkContext().defaultParallelism();
    JavaRDD<Row> rdd = shuffle == null ? rows.javaRDD() : shuffle.shuffle(rows, slots);
    if (rdd.getNumPartitions() > slots) {
      rdd =
          rdd.rdd().coalesce(slots, false, Option.apply(new InOrderCoalescer()), null).toJavaRDD();
    }
    packed = detach(rdd.mapPartitions(packer::pack)).persist(level);
    packed.setName("spark-nn training data");
    boolean complete = false;
    try {
      surveys = packed.mapPartitions(TrainingData::survey).collect();
      check();
      complete = true;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  /**
   * A DataFrame of rows from the driver keeps them in its partitions, and every task carries its
   * partition. A shuffle that leaves each partition as it is cuts them off, so that iterations do
   * not send the data again and again.
   */
  private static JavaRDD<Packed> detach(JavaRDD<Packed> packed) {
    SerializerInstance serializer = SparkEnv.get().closureSerializer().newInstance();
    ClassTag<Partition> tag = ClassTag$.MODULE$.apply(Partition.class);
    boolean light =
        packed.partitions().stream()
            .allMatch(partition -> serializer.serialize(partition, tag).limit() < HEAVY_PARTITION);
    if (light) {
      return packed;
    }
    return packed
        .mapPartitionsWithIndex(TrainingData::keyed, true)
        .mapToPair(pair -> pair)
        .partitionBy(new HashPartitioner(packed.getNumPartitions()))
        .values();
  }

  private static Iterator<Tuple2<Integer, Packed>> keyed(int index, Iterator<Packed> blocks) {
    return Iterators.map(blocks, block -> new Tuple2<>(index, block));
  }

  private static Iterator<Survey> survey(Iterator<Packed> partition) {
    String obstacle = Native.obstacle();
    Iterator<Packed> found =
        obstacle == null ? partition : List.of(new Packed(null, obstacle)).iterator();
    return List.of(Survey.of(found)).iterator();
  }

  private void check() {
    for (Survey survey : surveys) {
      if (survey.problem != null) {
        throw new IllegalArgumentException(survey.problem);
      }
    }
    if (rows() == 0) {
      throw new EmptyDataException(false);
    }
    if (surveys.stream().mapToDouble(Survey::weight).sum() == 0) {
      throw new EmptyDataException(true);
    }
  }

  public int partitions() {
    return surveys.size();
  }

  JavaRDD<Packed> packed() {
    return packed;
  }

  public long rows() {
    return surveys.stream().mapToLong(Survey::rows).sum();
  }

  /** A digest of all inputs, labels and weights: the same in whatever partitions the rows lie. */
  public long digest() {
    return inventory("").digest();
  }

  /**
   * What each partition holds.
   *
   * @param what the rows are called in messages
   */
  Inventory inventory(String what) {
    return new Inventory(
        what, partitionRows(), surveys.stream().mapToLong(Survey::digest).toArray());
  }

  /** What is found where the labels of the partitions differ strongly, though it matters. */
  public List<Finding> labelFindings(String why) {
    return LabelTally.differ(surveys.stream().map(Survey::labels).toList())
        ? List.of(
            new Finding(
                true,
                "labels differ strongly from partition to partition, and "
                    + why
                    + ": set spark.nn.shuffle to true, or mix the rows before"))
        : List.of();
  }

  /** The number of rows of each partition. */
  long[] partitionRows() {
    return surveys.stream().mapToLong(Survey::rows).toArray();
  }

  /**
   * The greatest number of steps of a row; 1 if none of the inputs is ragged.
   *
   * @param shapes of the network's inputs
   */
  int longest(List<Shape> shapes) {
    int longest = 1;
    for (int i = 0; i < shapes.size(); i++) {
      Shape shape = shapes.get(i);
      if (shape.isRagged()) {
        longest = Math.max(longest, sizes(i).max() / shape.stepSize());
      }
    }
    return longest;
  }

  /** The mean number of bytes of a packed row. */
  double rowBytes() {
    return (double) bytes() / rows();
  }

  private long bytes() {
    return surveys.stream().mapToLong(Survey::bytes).sum();
  }

  /**
   * The inputs that are mostly 0, as {@link Network#withSparse} takes them. That follows from the
   * rows alone, so it is the same when training is resumed.
   *
   * @param names of all inputs, in order
   */
  public Map<String, Long> mostlyZero(List<String> names) {
    Map<String, Long> found = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      int input = i;
      Fill fill =
          surveys.stream()
              .filter(survey -> survey.rows > 0)
              .map(survey -> survey.fills.get(input))
              .reduce(Fill::with)
              .orElseThrow();
      double mean = (double) fill.numbers / rows();
      if (Packer.isSparse(mean, (double) fill.elements / rows())) {
        found.put(names.get(i), (long) Math.ceil(mean));
      }
    }
    return found;
  }

  /** The numbers of rows before each partition, and of all rows at the end. */
  long[] starts() {
    long[] starts = new long[surveys.size() + 1];
    for (int i = 0; i < surveys.size(); i++) {
      starts[i + 1] = starts[i] + surveys.get(i).rows;
    }
    return starts;
  }

  /** The greatest label; of labels that are vectors the greatest element that is not left out. */
  public float maxLabel() {
    return (float) surveys.stream().mapToDouble(Survey::maxLabel).max().orElseThrow();
  }

  /**
   * The numbers of elements that rows have in an input.
   *
   * @param input its index
   */
  public Range sizes(int input) {
    return surveys.stream()
        .filter(survey -> survey.rows > 0)
        .map(survey -> survey.sizes.get(input))
        .reduce(Range::with)
        .orElseThrow();
  }

  /** Frees the packed rows. */
  @Override
  public void close() {
    Endings.free(() -> packed.unpersist(false));
  }
}
