package io.sparknn.spark;

import io.sparknn.graph.Graph.Input;
import io.sparknn.graph.Network;
import io.sparknn.spark.BatchScorer.InputColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/**
 * Tells rows apart by which of their inputs are mostly 0 and stay sparse. Each kind is scored in
 * batches of its own, so that how a row is computed depends on that row alone.
 */
final class RowKinds {

  /** About 64 MB for the values of a batch in all layers. */
  private static final int MAX_BATCH_VALUES = 1 << 24;

  private final Network network;
  private final List<InputColumn> inputs;
  private final List<String> names;
  private final List<Integer> candidates = new ArrayList<>();
  private final Map<Set<String>, Long> costs = new HashMap<>();

  RowKinds(Network network, List<InputColumn> inputs) {
    this.network = network;
    this.inputs = inputs;
    this.names = network.graph().inputs().stream().map(Input::name).toList();
    Set<String> can = network.sparseInputs();
    for (int i = 0; i < names.size(); i++) {
      if (can.contains(names.get(i))
          && inputs.get(i).reader().isVector()
          && Packer.isSparse(0, size(i))) {
        candidates.add(i);
      }
    }
  }

  private int size(int input) {
    return network.inputShapes().get(input).size();
  }

  /**
   * The names of a row's inputs that are mostly 0.
   *
   * @throws BadValueException if a vector is null
   */
  Set<String> of(Row row) {
    if (candidates.isEmpty()) {
      return Set.of();
    }
    Set<String> sparse = new TreeSet<>();
    for (int i : candidates) {
      InputColumn input = inputs.get(i);
      if (Packer.isSparse(input.reader().nonZeros(input.value(row), size(i)), size(i))) {
        sparse.add(names.get(i));
      }
    }
    return sparse;
  }

  /** A kind's sparse inputs, as {@link Network#withSparse} takes them. */
  static Map<String, Long> inputs(Set<String> kind) {
    Map<String, Long> inputs = new HashMap<>();
    kind.forEach(name -> inputs.put(name, 1L));
    return inputs;
  }

  /** Whether a batch that has cost so much is full, if the next row is of this kind too. */
  boolean isFull(long cost, Set<String> kind) {
    return cost + cost(kind) > MAX_BATCH_VALUES;
  }

  /** The number of values that a row costs, if it is of one step. */
  long cost(Set<String> kind) {
    return costs.computeIfAbsent(kind, key -> network.valuesPerRow(1, inputs(key)));
  }

  /** How many rows of a kind, of at most so many steps, fit into a batch. */
  int batchRows(Set<String> kind, int steps) {
    return (int) Math.max(1, MAX_BATCH_VALUES / network.valuesPerRow(steps, inputs(kind)));
  }
}
