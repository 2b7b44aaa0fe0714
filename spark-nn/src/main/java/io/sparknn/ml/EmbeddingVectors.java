package io.sparknn.ml;

import io.sparknn.spark.BadValueException;
import io.sparknn.spark.StoredFile;
import io.sparknn.spark.TensorFile;
import io.sparknn.spark.TextLines;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.feature.Word2VecModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vectors of words, learnt elsewhere, as first values of an {@link io.sparknn.ml.layer.Embedding}:
 * those of a vocabulary, each at its word's id.
 *
 * <pre>{@code
 * EmbeddingVectors vectors = EmbeddingVectors.ofText(spark, "glove.6B.100d.txt", indexer.vocabulary());
 * vectors.write("vectors.safetensors");
 * new Embedding()
 *     .setInputDim(vectors.size())
 *     .setOutputDim(vectors.dimension())
 *     .setInitialWeights("vectors.safetensors");
 * }</pre>
 *
 * <p>Words without a vector get random numbers, normally distributed with mean 0 and the deviation
 * of the numbers of all vectors found, the same ones each time; padding (the empty word) gets 0. Of
 * several vectors of a word the first is taken.
 */
public final class EmbeddingVectors {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingVectors.class);

  private static final String TENSOR = "embeddings";

  private final Tensor table;
  private final double coverage;

  private EmbeddingVectors(Tensor table, double coverage) {
    this.table = table;
    this.coverage = coverage;
  }

  /**
   * The vectors of Spark's own Word2Vec.
   *
   * @param vocabulary the words by id, as a {@link TokenIndexerModel} tells
   * @throws IllegalArgumentException if no word has a vector
   */
  public static EmbeddingVectors of(Word2VecModel model, String... vocabulary) {
    return of(model.getVectors(), "word", "vector", vocabulary);
  }

  /**
   * Vectors from a DataFrame.
   *
   * @param vectorCol a column of vectors, or of arrays of numbers, all of one length
   * @param vocabulary the words by id, as a {@link TokenIndexerModel} tells
   * @throws IllegalArgumentException if no word has a vector, or a row is not as it should be
   */
  public static EmbeddingVectors of(
      Dataset<Row> rows, String wordCol, String vectorCol, String... vocabulary) {
    Dataset<Row> selected =
        Stages.explain(
            "EmbeddingVectors",
            () ->
                rows.select(
                    ColumnPath.of(rows.schema(), wordCol).in(rows).as("word"),
                    ColumnPath.of(rows.schema(), vectorCol).in(rows).as("vector")));
    return align(
        selected,
        vocabulary,
        () -> new BadValueException("column '%s' has a null".formatted(wordCol)));
  }

  /**
   * Vectors from text as GloVe and word2vec write it: on each line a word and its numbers,
   * separated by spaces. A first line with the number of words and of numbers is passed over.
   *
   * @param path a file on any file system that Spark reads
   * @param vocabulary the words by id, as a {@link TokenIndexerModel} tells
   * @throws IllegalArgumentException if no word has a vector, or a line is not as it should be
   */
  public static EmbeddingVectors ofText(SparkSession spark, String path, String... vocabulary) {
    return Stages.explain("EmbeddingVectors", () -> readText(spark, path, vocabulary));
  }

  private static EmbeddingVectors readText(SparkSession spark, String path, String[] vocabulary) {
    try {
      JavaRDD<String> lines =
          TextLines.read(JavaSparkContext.fromSparkContext(spark.sparkContext()), path);
      VectorText format = VectorText.of(path, lines.filter(line -> !line.isBlank()).take(1));
      JavaRDD<Row> rows = lines.filter(format::isVector).map(format::parse);
      return read(
          spark.createDataFrame(
              rows,
              new StructType()
                  .add("word", DataTypes.StringType)
                  .add("vector", SQLDataTypes.VectorType())),
          vocabulary,
          () -> format.explain(path, lines));
    } catch (Exception e) {
      Throwable root = StoredFile.root(e);
      if (root instanceof BadValueException) {
        throw new BadValueException(root.getMessage());
      }
      throw new IllegalArgumentException(
          "cannot read %s: %s".formatted(path, StoredFile.sentence(root)), e);
    }
  }

  /**
   * Takes the vectors of a vocabulary.
   *
   * @param rows columns {@code word} and {@code vector}
   * @param nullWord tells what is wrong if a word is null
   */
  private static EmbeddingVectors align(
      Dataset<Row> rows, String[] vocabulary, Supplier<RuntimeException> nullWord) {
    return Stages.explain("EmbeddingVectors", () -> read(rows, vocabulary, nullWord));
  }

  private static EmbeddingVectors read(
      Dataset<Row> rows, String[] vocabulary, Supplier<RuntimeException> nullWord) {
    Dataset<Row> words = TokenIndexerModel.words(rows.sparkSession(), List.of(vocabulary));
    Iterator<Row> found =
        rows.join(functions.broadcast(words), rows.col("word").equalTo(words.col("word")), "left")
            .where(words.col("id").isNotNull().or(rows.col("word").isNull()))
            .select(words.col("id"), rows.col("vector"))
            .toLocalIterator();
    ValueReader reader = new ValueReader("vector", rows.schema().apply("vector").dataType());
    BitSet known = new BitSet();
    Shape shape = null;
    float[] table = {};
    while (found.hasNext()) {
      Row row = found.next();
      if (row.isNullAt(0)) {
        throw nullWord.get();
      }
      if (shape == null) {
        shape = vectorShape(reader, row.get(1));
        table = new float[Shape.of(vocabulary.length, shape.size()).size()];
      }
      int id = row.getInt(0);
      if (!known.get(id)) {
        reader.read(row.get(1), shape, table, id * shape.size());
        known.set(id);
      }
    }
    if (shape == null) {
      throw new BadValueException(
          String.format(
              Locale.ROOT,
              "none of the %d words of the vocabulary has a vector: check how both are written, as in small letters",
              vocabulary.length));
    }
    return complete(table, shape.size(), known, vocabulary);
  }

  private static Shape vectorShape(ValueReader reader, Object value) {
    Shape shape = reader.shapeOf(value);
    if (shape.rank() != 1) {
      throw new BadValueException(
          "a vector must be a row of numbers; received numbers of shape " + shape);
    }
    return shape;
  }

  /** Makes up the vectors that were not found. */
  private static EmbeddingVectors complete(
      float[] table, int dimension, BitSet known, String[] vocabulary) {
    double deviation = deviation(table, dimension, known);
    Random random = new Random(0);
    int missing = 0;
    for (int id = 0; id < vocabulary.length; id++) {
      if (!known.get(id) && !vocabulary[id].equals(TokenIndexerModel.PADDING)) {
        missing += vocabulary[id].equals(TokenIndexerModel.UNKNOWN) ? 0 : 1;
        for (int i = 0; i < dimension; i++) {
          table[id * dimension + i] = (float) (deviation * random.nextGaussian());
        }
      }
    }
    double coverage = known.cardinality() / (double) (known.cardinality() + missing);
    LOG.info(
        "vectors of {} numbers for {} of {} words",
        dimension,
        known.cardinality(),
        known.cardinality() + missing);
    Shape shape = Shape.of(vocabulary.length, dimension);
    return new EmbeddingVectors(new Tensor(table, 0, shape), coverage);
  }

  private static double deviation(float[] table, int dimension, BitSet known) {
    double sum = 0;
    double squares = 0;
    long n = (long) known.cardinality() * dimension;
    // The rows that are not known are still 0.
    for (float value : table) {
      sum += value;
      squares += (double) value * value;
    }
    return Math.sqrt(Math.max(0, squares / n - sum / n * (sum / n)));
  }

  /** The number of words: an Embedding's {@code inputDim}. */
  public int size() {
    return table.shape().extent(0);
  }

  /** The numbers of a vector: an Embedding's {@code outputDim}. */
  public int dimension() {
    return table.columns();
  }

  /** The share of the vocabulary's words that have a vector; padding and unknown do not count. */
  public double coverage() {
    return coverage;
  }

  /** The vector of a word. */
  public float[] vector(int id) {
    Tensor row = table.row(id);
    return Arrays.copyOfRange(row.data(), row.offset(), row.offset() + row.size());
  }

  /**
   * Writes the vectors as a safetensors file with the tensor {@code embeddings}, on any file system
   * that Spark writes to; a file that exists is overwritten.
   */
  public void write(String path) {
    try {
      TensorFile.write(
          path, Map.of(TENSOR, table), SparkSession.active().sparkContext().hadoopConfiguration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a table as a DataFrame of {@code id} and {@code vector}. */
  static Dataset<Row> toDataFrame(SparkSession spark, Tensor table) {
    float[] values =
        Arrays.copyOfRange(table.data(), table.offset(), table.offset() + table.size());
    Broadcast<float[]> all =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(values);
    int dimension = table.columns();
    return spark
        .range(table.rows())
        .map(
            (MapFunction<Long, Row>)
                id ->
                    RowFactory.create(id.intValue(), vector(all.value(), id.intValue(), dimension)),
            Encoders.row(
                new StructType()
                    .add("id", DataTypes.IntegerType, false)
                    .add("vector", SQLDataTypes.VectorType(), false)));
  }

  private static Vector vector(float[] table, int row, int dimension) {
    double[] values = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      values[i] = table[row * dimension + i];
    }
    return Vectors.dense(values);
  }
}
