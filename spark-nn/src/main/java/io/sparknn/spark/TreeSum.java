package io.sparknn.spark;

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

  /** Adds all parts of some partitions to sums on the driver, as they come. */
  void collect(JavaRDD<Part> parts, List<Integer> chosen, PartialSums sums) {
    int partitions = parts.getNumPartitions();
    if (chosen.size() < partitions) {
      run(parts.rdd(), chosen, sums);
      return;
    }
    JavaRDD<Part> level = parts;
    int count = partitions;
    int scale = Math.max((int) Math.ceil(Math.pow(count, 1.0 / depth)), 2);
    while (count > scale + Math.ceil((double) count / scale)) {
      int to = count / scale;
      level =
          level
              .mapToPair(part -> new Tuple2<>((int) ((long) part.first() * to / partitions), part))
              .partitionBy(new HashPartitioner(to))
              .values()
              .mapPartitions(group -> add(group, partitions), true);
      count = to;
    }
    run(level.rdd(), IntStream.range(0, count).boxed().toList(), sums);
  }

  private static void run(RDD<Part> rdd, List<Integer> partitions, PartialSums sums) {
    Seq<Object> tasks = CollectionConverters.asScala(List.<Object>copyOf(partitions)).toSeq();
    rdd.context()
        .runJob(rdd, new Listing(), tasks, new Adding(sums), ClassTag$.MODULE$.apply(List.class));
  }

  static Iterator<Part> add(Iterator<Part> parts, int partitions) {
    PartialSums sums = new PartialSums(partitions);
    parts.forEachRemaining(sums::add);
    return sums.parts().iterator();
  }

  @SuppressWarnings("rawtypes")
  private static final class Listing
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<Part>, List>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public List apply(TaskContext context, scala.collection.Iterator<Part> parts) {
      List<Part> list = new ArrayList<>();
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
        sums.add((Part) part);
      }
      return BoxedUnit.UNIT;
    }
  }
}
