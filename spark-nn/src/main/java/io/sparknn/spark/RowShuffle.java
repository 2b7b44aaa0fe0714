package io.sparknn.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;

/**
 * Deals rows out to partitions at random, evenly: of each run of n rows in a row, each of the n
 * partitions receives one, and puts what it receives into a random order. Both depend on the seed
 * and on where the rows lay, not on which task ends first: partitions that are computed again have
 * the same rows in the same order. Spark moves the rows in its own format, and spills them to disk.
 *
 * @param always whether it matters even where all rows lie in one partition
 */
public record RowShuffle(long seed, boolean always) {

  private static final String ID = "id";

  /** Of the hash by which Spark partitions rows. */
  private static final int HASH_SEED = 42;

  /** The bits of an id that count the rows of a partition; those above are the partition. */
  private static final int ID_BITS = 33;

  /**
   * Shuffles rows into as many partitions as they have, but not more than some number.
   *
   * @param most the greatest number of partitions
   */
  JavaRDD<Row> shuffle(Dataset<Row> rows, int most) {
    var given = (org.apache.spark.sql.classic.Dataset<Row>) rows;
    RDD<InternalRow> source = given.queryExecution().toRdd();
    // Executed once: another query on the same rows would run its shuffles again.
    Dataset<Row> executed =
        given.sparkSession().internalCreateDataFrame(source, unnamed(rows.schema()), false);
    int count = Math.min(source.getNumPartitions(), most);
    if (count == 1 && !always) {
      return executed.javaRDD();
    }
    Dataset<Row> numbered = inOrder(executed, source).withColumn(ID, monotonically_increasing_id());
    Dataset<Row> dealt =
        source.getNumPartitions() == 1 ? numbered : numbered.repartition(count, key(count));
    return dealt.sortWithinPartitions(xxhash64(lit(seed), col(ID)), col(ID)).drop(ID).javaRDD();
  }

  /** A number that Spark's hash sends to the {@link #target} of a row. */
  private Column key(int count) {
    int[] keys = new int[count];
    for (int found = 0, next = 1; found < count; next++) {
      int place = Math.floorMod(Murmur3_x86_32.hashInt(next, HASH_SEED), count);
      if (keys[place] == 0) {
        keys[place] = next;
        found++;
      }
    }
    return element_at(lit(keys), target(count).plus(1));
  }

  /**
   * The partition that a row goes to: its place in its run, turned by a random number of the run.
   */
  private Column target(int count) {
    Column place = col(ID).bitwiseAND((1L << ID_BITS) - 1);
    Column run = floor(place.divide(lit((double) count)));
    Column turn = pmod(xxhash64(lit(seed), shiftright(col(ID), ID_BITS), run), lit((long) count));
    return pmod(place.plus(turn), lit((long) count)).cast("int");
  }

  /** Positions stand for names, which may be of any kind. */
  private static StructType unnamed(StructType schema) {
    StructType unnamed = new StructType();
    for (int i = 0; i < schema.length(); i++) {
      unnamed = unnamed.add("_" + i, schema.apply(i).dataType(), schema.apply(i).nullable());
    }
    return unnamed;
  }

  /** Sorts by content what may come in any order, as behind another shuffle. */
  private static Dataset<Row> inOrder(Dataset<Row> rows, RDD<?> source) {
    if (source.outputDeterministicLevel().equals(DeterministicLevel.DETERMINATE())) {
      return rows;
    }
    Column[] all = Stream.of(rows.columns()).map(name -> rows.col(name)).toArray(Column[]::new);
    return rows.sortWithinPartitions(xxhash64(all));
  }
}
