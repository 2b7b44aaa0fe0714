package io.sparknn.spark;

import io.sparknn.spark.CachedRows.Rows;
import io.sparknn.spark.Packer.Packed;
import io.sparknn.training.RowBlock;
import io.sparknn.training.Share;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.memory.MemoryManager;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.TaskLocation;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * The packed rows as Spark has cached them: one element a partition, whose rows can be read again
 * and again within a task.
 *
 * <p>It knows its parent by number only. So tasks do not carry the parent's lineage, which takes
 * longer to read than a small batch to compute; and a barrier stage, which refuses coalesced RDDs
 * among its ancestors (SPARK-24821), can read it.
 */
final class CachedRows extends RDD<Rows> {
  private static final long serialVersionUID = 1L;

  private static final ClassTag<Packed> TAG = ClassTag$.MODULE$.apply(Packed.class);

  private final transient RDD<Packed> parent;
  private final int parentId;
  private final int count;

  /** The rows of a partition. */
  record Rows(RDDBlockId block) {

    int partition() {
      return block.splitIndex();
    }

    /**
     * Reads them from the first on.
     *
     * @throws IllegalStateException if no executor has them any more
     */
    Iterator<RowBlock> read() {
      Iterator<RowBlock> blocks = find();
      if (blocks == null) {
        throw new IllegalStateException("cached rows are lost");
      }
      return blocks;
    }

    private Iterator<RowBlock> find() {
      BlockManager blocks = SparkEnv.get().blockManager();
      BlockStatus here = status(blocks);
      // Spark may have read them back into memory, and leaves them on disk too.
      boolean isOnDiskOnly = here.diskSize() > 0 && here.memSize() == 0;
      if (isOnDiskOnly && !fits(here.diskSize())) {
        return stream(blocks);
      }
      Option<BlockResult> found = blocks.get(block, TAG);
      return found.isEmpty() ? null : unpack(found.get().data());
    }

    private BlockStatus status(BlockManager blocks) {
      return blocks.getStatus(block).getOrElse(BlockStatus::empty);
    }

    /** Whether Spark will keep in memory what it reads from disk. */
    private static boolean fits(long bytes) {
      MemoryManager memory = SparkEnv.get().memoryManager();
      return bytes < memory.maxOnHeapStorageMemory() - memory.storageMemoryUsed();
    }

    /** Reads them from disk; Spark's own way first tries to hold all of them in memory. */
    private Iterator<RowBlock> stream(BlockManager blocks) {
      InputStream file = new Buffered(blocks.diskStore().getBytes(block).toInputStream());
      return unpack(blocks.serializerManager().dataDeserializeStream(block, file, TAG));
    }

    /** Reads much at once, and does not ask the system how much there is at each small read. */
    private static final class Buffered extends BufferedInputStream {
      private static final int BYTES = 1 << 20;

      Buffered(InputStream file) {
        super(file, BYTES);
      }

      @Override
      public synchronized int available() {
        return count - pos;
      }
    }

    private static Iterator<RowBlock> unpack(scala.collection.Iterator<?> packed) {
      return Iterators.map(
          CollectionConverters.asJava(packed),
          element -> {
            TaskKill.check();
            return ((Packed) element).block();
          });
    }

    /** Whether no executor has them any more. */
    boolean isLost() {
      BlockManager blocks = SparkEnv.get().blockManager();
      BlockStatus here = status(blocks);
      return here.memSize() == 0
          && here.diskSize() == 0
          && blocks.master().getLocations(block).isEmpty();
    }

    /** The rows for training: themselves if they lie in this process' memory, else staged. */
    Share.Rows toTrain(TrainingRun run) {
      BlockStatus here = status(SparkEnv.get().blockManager());
      boolean isInMemory = here.memSize() > 0 && here.storageLevel().deserialized();
      return isInMemory ? this::read : run.staged(partition(), this::read, this::countHere);
    }

    /** How many partitions this process holds. */
    private int countHere() {
      return SparkEnv.get().blockManager().getMatchingBlockIds(new OfRdd(block.rddId())).size();
    }
  }

  /** Tells the blocks of an RDD. */
  private static final class OfRdd extends AbstractFunction1<BlockId, Object> {
    private final int rdd;

    OfRdd(int rdd) {
      this.rdd = rdd;
    }

    @Override
    public Object apply(BlockId id) {
      return id instanceof RDDBlockId block && block.rddId() == rdd;
    }
  }

  private record Split(int index) implements Partition, Serializable {}

  CachedRows(JavaRDD<Packed> parent) {
    super(
        parent.context(),
        CollectionConverters.<Dependency<?>>asScala(List.of()).toSeq(),
        ClassTag$.MODULE$.apply(Rows.class));
    this.parent = parent.rdd();
    this.parentId = parent.id();
    this.count = parent.getNumPartitions();
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[count];
    for (int i = 0; i < count; i++) {
      partitions[i] = new Split(i);
    }
    return partitions;
  }

  /** The executors that have a partition. */
  List<TaskLocation> locations(int partition) {
    return CollectionConverters.asJava(sparkContext().getPreferredLocs(parent, partition));
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    List<String> locations = locations(split.index()).stream().map(Object::toString).toList();
    return CollectionConverters.asScala(locations).toSeq();
  }

  @Override
  public scala.collection.Iterator<Rows> compute(Partition split, TaskContext context) {
    Rows rows = new Rows(new RDDBlockId(parentId, split.index()));
    return CollectionConverters.asScala(List.of(rows).iterator());
  }
}
