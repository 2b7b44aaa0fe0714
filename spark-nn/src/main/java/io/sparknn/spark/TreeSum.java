package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.training.PartialSums;
import io.sparknn.training.PartialSums.Part;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Adds up the parts of a sum along a tree of shuffles, as {@code RDD.treeAggregate} does and by its
 * rule for the tree's levels, but as {@link PartialSums} does. {@code treeAggregate} adds in the
 * order in which tasks end, so that floating-point sums differ from run to run.
 *
 * @param depth the greatest number of levels
 */
record TreeSum(int depth) {

  /** A part on its way between processes, whatever {@code spark.serializer} is. */
  @DefaultSerializer(JavaSerializer.class)
  private record Parcel(Part part) implements Serializable {

    int group(int groups, int partitions) {
      return (int) ((long) part.first() * groups / partitions);
    }
  }

  /** Adds all parts of some partitions to sums on the driver, as they come. */
  void collect(JavaRDD<Part> parts, List<Integer> chosen, PartialSums sums) {
    int partitions = parts.getNumPartitions();
    JavaRDD<Parcel> level = parts.map(Parcel::new);
    if (chosen.size() < partitions) {
      run(level.rdd(), chosen, sums);
      return;
    }
    int count = partitions;
    int scale = Math.max((int) Math.ceil(Math.pow(count, 1.0 / depth)), 2);
    while (count > scale + Math.ceil((double) count / scale)) {
      int to = count / scale;
      level =
          level
              .mapToPair(parcel -> new Tuple2<>(parcel.group(to, partitions), parcel))
              .partitionBy(new HashPartitioner(to))
              .values()
              .mapPartitions(group -> add(group, partitions), true);
      count = to;
    }
    run(level.rdd(), IntStream.range(0, count).boxed().toList(), sums);
  }

  private static void run(RDD<Parcel> rdd, List<Integer> partitions, PartialSums sums) {
    Seq<Object> tasks = CollectionConverters.asScala(List.<Object>copyOf(partitions)).toSeq();
    rdd.context()
        .runJob(rdd, new Listing(), tasks, new Adding(sums), ClassTag$.MODULE$.apply(List.class));
  }

  private static Iterator<Parcel> add(Iterator<Parcel> parcels, int partitions) {
    PartialSums sums = new PartialSums(partitions);
    parcels.forEachRemaining(parcel -> sums.add(parcel.part));
    return sums.parts().stream().map(Parcel::new).iterator();
  }

  @SuppressWarnings("rawtypes")
  private static final class Listing
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<Parcel>, List>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public List apply(TaskContext context, scala.collection.Iterator<Parcel> parts) {
      List<Parcel> list = new ArrayList<>();
      while (parts.hasNext()) {
        list.add(parts.next());
      }
      return list;
    }
  }

  @SuppressWarnings("rawtypes")
  private static final class Adding extends AbstractFunction2<Object, List, BoxedUnit> {
    private final PartialSums sums;

    Adding(PartialSums sums) {
      this.sums = sums;
    }

    @Override
    public BoxedUnit apply(Object index, List parts) {
      for (Object part : parts) {
        sums.add(((Parcel) part).part);
      }
      return BoxedUnit.UNIT;
    }
  }
}
