package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.training.PartialSums;
import io.sparknn.training.PartialSums.Part;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

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

  /** Runs a job, and cancels it if the thread is interrupted: Spark would let it go on. */
  private static void run(RDD<Parcel> rdd, List<Integer> partitions, PartialSums sums) {
    Seq<Object> tasks = CollectionConverters.asScala(List.<Object>copyOf(partitions)).toSeq();
    SimpleFutureAction<Object> job =
        rdd.context().submitJob(rdd, new Listing(), tasks, new Adding(sums), new Done());
    try {
      Await.ready(job, Duration.Inf());
    } catch (InterruptedException e) {
      job.cancel();
      throw Endings.interrupted(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
    Try<Object> end = job.value().get();
    if (end.isFailure()) {
      throw Endings.unchecked(end.failed().get());
    }
  }

  private static Iterator<Parcel> add(Iterator<Parcel> parcels, int partitions) {
    PartialSums sums = new PartialSums(partitions);
    parcels.forEachRemaining(parcel -> sums.add(parcel.part));
    return sums.parts().stream().map(Parcel::new).iterator();
  }

  @SuppressWarnings("rawtypes")
  private static final class Listing
      extends AbstractFunction1<scala.collection.Iterator<Parcel>, List> implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public List apply(scala.collection.Iterator<Parcel> parts) {
      List<Parcel> list = new ArrayList<>();
      while (parts.hasNext()) {
        list.add(parts.next());
      }
      return list;
    }
  }

  private static final class Done extends AbstractFunction0<Object> {
    @Override
    public Object apply() {
      return BoxedUnit.UNIT;
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
