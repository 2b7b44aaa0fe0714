package io.sparknn.layer.embed;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Absent;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.MeanOverSteps;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.SparseRows;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A trained vector for each id of a vocabulary: {@code y = embeddings[id]} (Bengio et al., "A
 * neural probabilistic language model", JMLR 2003).
 *
 * <p>Input: whole numbers of any shape, as in {@code (steps)}; output {@code (..., outputDim)}.
 * Weights: the table {@code embeddings (inputDim, outputDim)}; its gradient, and so a step of
 * training, costs what the batch touches and not what the table holds. Ids have no gradient.
 *
 * <p>With several {@code inputDims} the input's last axis has one column for each, whose ids start
 * at 0 anew: categorical features, each with a table of its own. The tables stand one below the
 * other in {@code embeddings (sum of inputDims, outputDim)}.
 *
 * <p>A single number, as a numeric column has it, gives its vector {@code (outputDim)}; a vector or
 * an array of one number a sequence of one, {@code (1, outputDim)}.
 *
 * <p>Steps that do not count give 0, whatever stands there.
 *
 * @param inputDims the number of ids, 0 to {@code inputDim - 1}, of each column; one number for
 *     input without columns; none as long as it is not known, when shapes can be inferred and
 *     nothing else
 * @param paddingIndex the id that stands for no value, or -1 for none. Its row keeps its first
 *     values, which initialisers do not set to 0, and no gradient reaches it. In input of shape
 *     {@code (steps)}, steps with that id do not count for the layers that follow: what Keras calls
 *     {@code mask_zero}
 * @param invalidIds what becomes of whole numbers outside of 0 to {@code inputDim - 1}; to keep
 *     them takes one more row at the end of each table
 */
public record Embedding(
    List<Integer> inputDims,
    int outputDim,
    int paddingIndex,
    Initializer embeddingsInitializer,
    @Absent("\"error\"") InvalidIds invalidIds)
    implements Layer {

  static final int EMBEDDINGS = 0;

  /** Up to here every whole number is a float. */
  private static final int MAX_IDS = 1 << 24;

  private static final int MASKED = -1;

  /** Checks the configuration. */
  public Embedding {
    inputDims = List.copyOf(inputDims);
    if (!inputDims.stream().allMatch(ids -> ids >= 1 && ids <= MAX_IDS)) {
      throw new IllegalArgumentException(
          "inputDim must be from 1 to 2^24, for one column or for each; received " + inputDims);
    }
    Inputs.checkPositive("outputDim", outputDim);
    int ids = inputDims.isEmpty() ? MAX_IDS : inputDims.get(0);
    if (paddingIndex < -1 || paddingIndex >= ids) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "paddingIndex must be -1 for none, or an id below inputDim, %d; received %d",
              ids,
              paddingIndex));
    }
    if (paddingIndex >= 0 && inputDims.size() > 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "paddingIndex is for ids of one column; received %d with %d columns: set it to -1",
              paddingIndex,
              inputDims.size()));
    }
  }

  /** A layer that refuses other numbers than ids. */
  public Embedding(
      List<Integer> inputDims, int outputDim, int paddingIndex, Initializer embeddingsInitializer) {
    this(inputDims, outputDim, paddingIndex, embeddingsInitializer, InvalidIds.ERROR);
  }

  @Override
  public String missing() {
    return inputDims.isEmpty()
        ? "the number of ids is not known: set inputDim, or give it a column that tells, as StringIndexer and TokenIndexer make it"
        : null;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.one(inputs);
    int columns = inputDims.size();
    if (columns > 1) {
      if (input.last() != columns && input.last() != Shape.UNKNOWN) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "expects %d columns, one for each inputDim, on the last axis; received %s: set as many inputDims as there are columns",
                columns,
                input));
      }
      input = input.with(-1, columns);
    }
    if (input.isScalar()) {
      return Shape.of(outputDim);
    }
    int[] extents = Arrays.copyOf(input.extents(), input.rank() + 1);
    extents[input.rank()] = outputDim;
    return Shape.of(extents);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    if (inputDims.isEmpty()) {
      throw new IllegalArgumentException(missing());
    }
    int ids = Sizes.extent(rows().mapToLong(Integer::longValue).sum(), "inputDim");
    return List.of(Weight.table("embeddings", Shape.of(ids, outputDim), embeddingsInitializer));
  }

  @Override
  public Mask outputMask(Pass pass) {
    Tensor ids = pass.input();
    boolean hasSteps = pass.output().shape().rank() > 2;
    if (paddingIndex < 0 || ids.shape().rank() > 2 || !hasSteps) {
      return Layer.super.outputMask(pass);
    }
    boolean[] counts = new boolean[ids.size()];
    boolean all = true;
    for (int i = 0; i < counts.length; i++) {
      counts[i] = ids.data()[ids.offset() + i] != paddingIndex;
      all &= counts[i];
    }
    return all ? pass.mask() : Mask.and(pass.mask(), new Mask(ids.columns(), counts));
  }

  @Override
  public Layer fusedWith(Layer next) {
    return next instanceof MeanOverSteps mean && mean.isMeanOverSteps()
        ? new MeanEmbedding(this, mean)
        : null;
  }

  @Override
  public void forward(Pass pass) {
    Tensor table = pass.weight(EMBEDDINGS);
    Tensor y = pass.output();
    int[] rows = rows(pass);
    lookUp(pass, rows);
    for (int place = 0; place < rows.length; place++) {
      int to = y.offset() + place * outputDim;
      if (rows[place] == MASKED) {
        Arrays.fill(y.data(), to, to + outputDim, 0);
      } else {
        int from = table.offset() + rows[place] * outputDim;
        System.arraycopy(table.data(), from, y.data(), to, outputDim);
      }
    }
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      Maths.fill(pass.inputGradient(), 0);
    }
    if (!pass.wantsWeightGradient(EMBEDDINGS)) {
      return;
    }
    Tensor gradient = pass.outputGradient();
    SparseRows sum = pass.tableGradient(EMBEDDINGS);
    int[] rows = rows(pass);
    for (int place = 0; place < rows.length; place++) {
      if (isTrained(rows[place])) {
        sum.add(rows[place], gradient.data(), gradient.offset() + place * outputDim);
      }
    }
  }

  /** The row of the table for each id of the batch, from the forward to the backward pass. */
  private static int[] rows(Pass pass) {
    return pass.plan(planned -> new int[planned.input().size()]);
  }

  /** Whether a gradient reaches a row of the table. */
  boolean isTrained(int row) {
    return row != MASKED && row != paddingIndex;
  }

  /**
   * Finds the ids' rows of the table.
   *
   * @param rows receives a row, or {@link #MASKED}, for each id of the batch
   */
  void lookUp(Pass pass, int[] rows) {
    Tensor ids = pass.input();
    Mask mask = pass.mask();
    int perRow = ids.size() / pass.rows();
    boolean allCount = mask == null && inputDims.size() == 1;
    if (allCount && Maths.indices(ids, rows, inputDims.get(0))) {
      return;
    }
    int perStep = perRow / ids.shape().extent(1);
    int[] starts = starts();
    for (int place = 0; place < rows.length; place++) {
      int within = place % perRow;
      boolean counts = mask == null || mask.counts(place / perRow, within / perStep);
      int column = within % starts.length;
      float id = ids.data()[ids.offset() + place];
      rows[place] = counts ? starts[column] + rowOf(id, column, within) : MASKED;
    }
  }

  /** The first row of each column's table. */
  private int[] starts() {
    int[] starts = new int[inputDims.size()];
    for (int column = 1; column < starts.length; column++) {
      starts[column] = starts[column - 1] + rowsOf(inputDims.get(column - 1));
    }
    return starts;
  }

  /** The number of rows of each column's table. */
  private Stream<Integer> rows() {
    return inputDims.stream().map(this::rowsOf);
  }

  private int rowsOf(int ids) {
    return invalidIds == InvalidIds.KEEP ? ids + 1 : ids;
  }

  /** The row of a column's table for a number. */
  private int rowOf(float id, int column, int position) {
    int ids = inputDims.get(column);
    boolean isWhole = id == Math.rint(id);
    if (isWhole && id >= 0 && id < ids) {
      return (int) id;
    }
    if (isWhole && invalidIds == InvalidIds.KEEP) {
      return ids;
    }
    String which = inputDims.size() == 1 ? "" : " in column " + column;
    String remedy =
        isWhole
            ? "set inputDim above the greatest id, or handleInvalid to keep"
            : "index the values, as StringIndexer does";
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "expects whole numbers from 0 to %d%s as ids (inputDim %d); received %s at position %d of a row: %s",
            ids - 1,
            which,
            ids,
            isWhole ? (Object) (long) id : id,
            position,
            remedy));
  }
}
