package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.embed.InvalidIds;
import io.sparknn.ml.SymbolicColumn;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasEmbeddingsInitializer;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/**
 * A trained vector for each id: see {@link io.sparknn.layer.embed.Embedding}. Keras' {@code
 * mask_zero} is {@code setPaddingIndex(0)}; vectors from elsewhere come through {@link
 * io.sparknn.ml.EmbeddingVectors} and {@code setInitialWeights}.
 */
public final class Embedding extends UnaryLayerStage<Embedding>
    implements HasEmbeddingsInitializer<Embedding>, HasWeights<Embedding> {
  private static final long serialVersionUID = 1L;

  private static final String IDS = "the number of ids, from 0 on, of each column";

  public Embedding() {
    this(newUid(Embedding.class));
  }

  public Embedding(String uid) {
    super(uid);
    setDefault(paddingIndex(), -1);
    setDefault(embeddingsInitializer(), "uniform");
    setDefault(handleInvalid(), InvalidIds.ERROR.toString());
  }

  /**
   * Param: the number of ids, from 0 on, of each column; one number for ids without columns. Where
   * it is not set, the column's metadata tells: StringIndexer's number of values, of each column
   * that VectorAssembler put together, or TokenIndexer's vocabulary.
   */
  public IntArrayParam inputDim() {
    return Rule.integers(
        "one or more numbers of at least 1",
        ids -> ids.length > 0 && IntStream.of(ids).allMatch(count -> count >= 1),
        this,
        "inputDim",
        IDS);
  }

  public int[] getInputDim() {
    return getOrDefault(inputDim());
  }

  public Embedding setInputDim(int... value) {
    set(inputDim(), value);
    return this;
  }

  /** Param: the numbers of a vector. */
  public IntParam outputDim() {
    return Rule.atLeast(1, this, "outputDim", "the numbers of a vector");
  }

  public int getOutputDim() {
    return (Integer) getOrDefault(outputDim());
  }

  public Embedding setOutputDim(int value) {
    set(outputDim(), value);
    return this;
  }

  /** Param: the id that stands for no value and does not count; -1 for none. */
  public IntParam paddingIndex() {
    return Rule.atLeast(
        -1,
        this,
        "paddingIndex",
        "the id that stands for no value and does not count, or -1 for none");
  }

  public int getPaddingIndex() {
    return (Integer) getOrDefault(paddingIndex());
  }

  public Embedding setPaddingIndex(int value) {
    set(paddingIndex(), value);
    return this;
  }

  /**
   * Param: what becomes of whole numbers that are no ids: {@code error} refuses them, {@code keep}
   * gives them a row of the table of their own, the last one.
   */
  public Param<String> handleInvalid() {
    return Rule.oneOf(
        InvalidIds.class,
        this,
        "handleInvalid",
        "what becomes of whole numbers that are no ids: refused, or kept as the table's last row");
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  public Embedding setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return newLayer(isSet(inputDim()) ? IntStream.of(getInputDim()).boxed().toList() : List.of());
  }

  @Override
  protected Layer toLayer(List<SymbolicColumn> columns) {
    return isSet(inputDim()) ? toLayer() : newLayer(columns.get(0).idCounts());
  }

  private Layer newLayer(List<Integer> inputDims) {
    if (!isSet(outputDim())) {
      throw new IllegalArgumentException("outputDim must be set: the numbers of a vector");
    }
    return new io.sparknn.layer.embed.Embedding(
        inputDims,
        getOutputDim(),
        getPaddingIndex(),
        Initializer.parse(getEmbeddingsInitializer()),
        Rule.parse(InvalidIds.class, getHandleInvalid()));
  }
}
