package io.sparknn.spark;

import io.sparknn.training.GradientSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Adds up one {@link GradientSum} a partition along a tree, as {@code RDD.treeAggregate} does and
 * by its rule for the tree's levels, but always in the order of the partitions. {@code
 * treeAggregate} adds in the order in which tasks end, so that floating-point sums differ from run
 * to run.
 *
 * @param depth the greatest number of levels
 */
record TreeSum(int depth) {

  /** A partial sum and its place in the order. */
  record Part(int index, GradientSum sum) implements Serializable {}

  GradientSum of(JavaRDD<GradientSum> sums) {
    JavaRDD<Part> parts =
        sums.mapPartitionsWithIndex(
            (index, sum) -> List.of(new Part(index, sum.next())).iterator(), true);
    int count = parts.getNumPartitions();
    int scale = Math.max((int) Math.ceil(Math.pow(count, 1.0 / depth)), 2);
    while (count > scale + Math.ceil((double) count / scale)) {
      int from = count;
      int to = count / scale;
      parts =
          parts
              .mapToPair(part -> new Tuple2<>((int) ((long) part.index * to / from), part))
              .partitionBy(new HashPartitioner(to))
              .values()
              .mapPartitionsWithIndex(TreeSum::addInOrder, true);
      count = to;
    }
    return collect(parts);
  }

  static Iterator<Part> addInOrder(int index, Iterator<Part> parts) {
    List<Part> ordered = new ArrayList<>();
    parts.forEachRemaining(ordered::add);
    ordered.sort(Comparator.comparingInt(Part::index));
    GradientSum sum = new GradientSum();
    ordered.forEach(part -> sum.add(part.sum));
    return List.of(new Part(index, sum)).iterator();
  }

  /** Adds results on the driver as they come, each as soon as all before it are there. */
  private static GradientSum collect(JavaRDD<Part> parts) {
    RDD<Part> rdd = parts.rdd();
    InOrder inOrder = new InOrder();
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < rdd.getNumPartitions(); i++) {
      all.add(i);
    }
    rdd.context()
        .runJob(
            rdd,
            new First(),
            CollectionConverters.asScala(all).toSeq(),
            inOrder,
            ClassTag$.MODULE$.apply(Part.class));
    return inOrder.sum;
  }

  private static final class First
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<Part>, Part>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Part apply(TaskContext context, scala.collection.Iterator<Part> parts) {
      return parts.next();
    }
  }

  private static final class InOrder extends AbstractFunction2<Object, Part, BoxedUnit> {
    private final TreeMap<Integer, GradientSum> waiting = new TreeMap<>();
    private final GradientSum sum = new GradientSum();
    private int next;

    @Override
    public BoxedUnit apply(Object index, Part part) {
      waiting.put((Integer) index, part.sum);
      while (waiting.containsKey(next)) {
        sum.add(waiting.remove(next++));
      }
      return BoxedUnit.UNIT;
    }
  }
}
