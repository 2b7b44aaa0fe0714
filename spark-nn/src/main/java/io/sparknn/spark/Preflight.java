package io.sparknn.spark;

import io.sparknn.graph.Graph.Input;
import io.sparknn.graph.Network;
import io.sparknn.spark.MemoryEstimate.Layout;
import io.sparknn.tensor.Shape;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.Recipe;
import io.sparknn.training.Share;
import io.sparknn.training.StepRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What is looked at between packing and the first large array of weights: whether the memory
 * suffices, and whether the rows lie so that replicas can be fast.
 *
 * @param validation the rows that are kept for validation; null if there are none
 * @param aggregationDepth of the tree that sums go up; 0 if it is chosen
 */
public record Preflight(
    TrainingData data,
    TrainingData validation,
    Network network,
    Recipe recipe,
    int aggregationDepth) {

  /** The setting that, if false, lets training begin though the memory does not suffice. */
  static final String CONF = "spark.nn.preflight";

  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
  private static final String FEWER_ROWS = "lower batchSize or set microBatchSize";
  private static final long GREAT_INPUT = 16 << 20;
  private static final String SMALLER = "or make the network smaller";
  private static final String DRIVER_MEMORY = "spark.driver.memory";

  /**
   * Looks at the state that the driver keeps, which the network and the solver alone tell: before
   * rows are read, or weights of another model.
   *
   * @param network one that has no more weights than the one to train
   * @throws IllegalArgumentException if it clearly needs more memory than there is
   */
  public static void checkState(
      Network network, StepRule rule, boolean keepsBest, boolean writesCheckpoints) {
    boolean isLocal = SparkSession.active().sparkContext().isLocal();
    long state = MemoryEstimate.state(network, rule, keepsBest, writesCheckpoints);
    long heap = Runtime.getRuntime().maxMemory();
    Heap needed =
        new Heap(isLocal ? "this process" : "the driver", state, heap, DRIVER_MEMORY, SMALLER);
    if (refuses()) {
      needed.check(true);
    }
  }

  /**
   * Looks at all of it.
   *
   * @param keepsBest whether the weights of the best epoch are kept
   * @param writesCheckpoints whether there will be checkpoints
   * @throws IllegalArgumentException if training clearly needs more memory than there is
   */
  public List<Finding> check(boolean keepsBest, boolean writesCheckpoints) {
    List<Finding> findings =
        new ArrayList<>(new Balance(data.partitionRows(), recipe.plan().batchSize()).findings());
    MemoryEstimate estimate =
        MemoryEstimate.of(network, recipe, keepsBest, writesCheckpoints, layout());
    List<Heap> heaps = heaps(estimate);
    LOG.info(
        "training needs {}",
        heaps.stream().map(Heap::toString).collect(Collectors.joining("; and ")));
    boolean refuses = refuses();
    heaps.forEach(heap -> heap.check(refuses).ifPresent(findings::add));
    findings.addAll(filled());
    long spilled = spilled();
    if (spilled > 0) {
      findings.add(
          new Finding(
              false,
              "%s of the packed rows do not fit into Spark's storage memory and are read from disk: raise %s or use more executors to avoid that"
                  .formatted(
                      Utils.bytesToString(spilled),
                      context().isLocal() ? DRIVER_MEMORY : "spark.executor.memory")));
    }
    return findings;
  }

  private SparkContext context() {
    return data.packed().context();
  }

  private static boolean refuses() {
    String value = SparkSession.active().conf().get(CONF, "true");
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(
          "%s must be true or false; received '%s'".formatted(CONF, value));
    }
    return value.equals("true");
  }

  Layout layout() {
    SparkContext context = context();
    int executors = Executors.count(context);
    int running = Math.min(data.partitions(), Executors.slots(context));
    int replicas = BatchPlan.divideUp(running, executors);
    return new Layout(
        share(),
        scored(),
        longest(),
        Math.max(1, replicas),
        context.isLocal() ? 0 : children(executors));
  }

  private int children(int executors) {
    long bytes = (long) Float.BYTES * network.gradientSize();
    return Math.min(executors, ProcessTree.of(executors, bytes, aggregationDepth).fanOut());
  }

  private int share() {
    long greatest = Arrays.stream(data.partitionRows()).max().orElseThrow();
    return BatchPlan.divideUp(greatest, recipe.plan().iterations());
  }

  private int scored() {
    return validation == null
        ? 0
        : Math.min(Share.VALIDATION_ROWS, Packer.blockRows(validation.rowBytes()));
  }

  private int longest() {
    List<Shape> shapes = network.inputShapes();
    int longest = data.longest(shapes);
    return validation == null ? longest : Math.max(longest, validation.longest(shapes));
  }

  private List<Heap> heaps(MemoryEstimate estimate) {
    long driver = Runtime.getRuntime().maxMemory();
    long kept = keptRows();
    if (context().isLocal()) {
      long all = estimate.driver() + estimate.executor() + kept;
      return List.of(
          new Heap("this process", all, driver, DRIVER_MEMORY, FEWER_ROWS + remedy(kept)));
    }
    String fewerReplicas = FEWER_ROWS + ", give an executor fewer cores";
    long executor = (long) context().executorMemory() << 20;
    return List.of(
        new Heap("the driver", estimate.driver(), driver, DRIVER_MEMORY, SMALLER),
        new Heap(
            String.format(Locale.ROOT, "an executor (replicas: %d)", estimate.replicas()),
            estimate.executor() + kept,
            executor,
            "spark.executor.memory",
            fewerReplicas + ", or spread the rows over more partitions" + remedy(kept)));
  }

  private static String remedy(long kept) {
    return kept == 0
        ? ""
        : ", or set intermediateStorageLevel to DISK_ONLY, since packed rows take %s of that"
            .formatted(Utils.bytesToString(kept));
  }

  /** The greatest number of bytes of packed rows that stay in the heap of one process. */
  private long keptRows() {
    Set<Integer> ids = new HashSet<>();
    ids.add(data.packed().id());
    if (validation != null) {
      ids.add(validation.packed().id());
    }
    return Arrays.stream(SparkEnv.get().blockManager().master().getStorageStatus())
        .mapToLong(
            status ->
                CollectionConverters.asJava(status.rddBlocks()).entrySet().stream()
                    .filter(block -> ids.contains(((RDDBlockId) block.getKey()).rddId()))
                    .filter(block -> !block.getValue().storageLevel().useOffHeap())
                    .mapToLong(block -> block.getValue().memSize())
                    .sum())
        .max()
        .orElse(0);
  }

  /** Inputs that are mostly 0, but of which a layer reads all values, and great ones. */
  private List<Finding> filled() {
    List<Finding> findings = new ArrayList<>();
    int rows = recipe.partSize(share());
    List<Input> inputs = network.graph().inputs();
    data.mostlyZero(inputs.stream().map(Input::name).toList())
        .forEach(
            (name, count) -> {
              int size =
                  inputs.stream()
                      .filter(i -> i.name().equals(name))
                      .findFirst()
                      .orElseThrow()
                      .shape()
                      .size();
              long bytes = (long) Float.BYTES * size * rows;
              if (!network.sparse().contains(name) && bytes >= GREAT_INPUT) {
                findings.add(
                    new Finding(
                        true,
                        "column '%s' is mostly 0 (about %s of %s values of a row are not), but %s reads the zeros too, %s a batch: have a Dense read the column first"
                            .formatted(
                                name,
                                count,
                                size,
                                String.join(" or ", network.readers(name)),
                                Utils.bytesToString(bytes))));
              }
            });
    return findings;
  }

  /** The number of bytes of packed rows that lie on disk, though they might lie in memory. */
  private long spilled() {
    if (!data.packed().getStorageLevel().useMemory()) {
      return 0;
    }
    int id = data.packed().id();
    return Arrays.stream(SparkEnv.get().blockManager().master().getStorageStatus())
        .mapToLong(status -> status.diskUsedByRdd(id))
        .sum();
  }
}
