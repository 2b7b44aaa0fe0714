package io.sparknn.ml;

import io.sparknn.ml.param.HasTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What {@link TokenIndexer} learns: turns words into their ids. Words that are not in the
 * vocabulary, and nulls, get the id 1; a null instead of words stays null.
 */
public final class TokenIndexerModel extends Model<TokenIndexerModel>
    implements MLWritable, HasTokens<TokenIndexerModel> {
  private static final long serialVersionUID = 1L;

  /** The word of id 0. */
  public static final String PADDING = "";

  /** The word of id 1. */
  public static final String UNKNOWN = "[UNK]";

  static final List<String> RESERVED_WORDS = List.of(PADDING, UNKNOWN);
  static final int RESERVED = RESERVED_WORDS.size();

  private static final ArrayType IDS = new ArrayType(DataTypes.IntegerType, false);

  private final String uid;
  private final List<String> vocabulary;

  TokenIndexerModel(String uid, List<String> vocabulary) {
    this.uid = uid;
    this.vocabulary = List.copyOf(vocabulary);
    setDefault(inputCol(), "tokens");
    setDefault(outputCol(), "features");
  }

  @Override
  public String uid() {
    return uid;
  }

  /** All words, each at its id; those of padding and of unknown words first. */
  public String[] vocabulary() {
    return vocabulary.toArray(String[]::new);
  }

  /**
   * The words of ids.
   *
   * @throws IllegalArgumentException if there is no such id
   */
  public List<String> words(int... ids) {
    return IntStream.of(ids).mapToObj(this::word).toList();
  }

  private String word(int id) {
    if (id < 0 || id >= vocabulary.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: ids are from 0 to %d; received %d",
              uid,
              vocabulary.size() - 1,
              id));
    }
    return vocabulary.get(id);
  }

  /**
   * The columns {@code id} and {@code word}: what to join by {@code id} with whatever is told by
   * ids, as a trained network's embeddings are.
   */
  public Dataset<Row> words(SparkSession spark) {
    return words(spark, vocabulary);
  }

  static Dataset<Row> words(SparkSession spark, List<String> vocabulary) {
    List<Row> rows = new ArrayList<>();
    for (String word : vocabulary) {
      rows.add(RowFactory.create(rows.size(), word));
    }
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("id", DataTypes.IntegerType, false)
            .add("word", DataTypes.StringType, false));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return appendIds(this, schema, IdCounts.metadata(vocabulary.size()));
  }

  /**
   * A schema with the column of ids.
   *
   * @throws IllegalArgumentException if the input column does not hold words, or the output column
   *     exists already
   */
  static StructType appendIds(HasTokens<?> stage, StructType schema, Metadata metadata) {
    return Stages.explain(
        stage,
        () -> {
          DataType type = Stages.field(schema, stage.getInputCol()).dataType();
          if (!(type instanceof ArrayType words
              && words.elementType().equals(DataTypes.StringType))) {
            throw new IllegalArgumentException(
                "column '%s' must be of type array<string>; received %s: split text into words, as Tokenizer and RegexTokenizer do"
                    .formatted(stage.getInputCol(), type.simpleString()));
          }
          return Stages.append(
              schema, List.of(new StructField(stage.getOutputCol(), IDS, true, metadata)));
        });
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Map<String, Integer> ids = new HashMap<>();
    for (int id = RESERVED; id < vocabulary.size(); id++) {
      ids.put(vocabulary.get(id), id);
    }
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext());
    int maxLength = isSet(maxLength()) ? getMaxLength() : Integer.MAX_VALUE;
    Column words = ColumnPath.of(dataset.schema(), getInputCol()).in(dataset);
    Indexing indexing = new Indexing(context.broadcast(ids), maxLength);
    Column value = functions.udf(indexing, IDS).apply(words);
    Metadata metadata = IdCounts.metadata(vocabulary.size());
    return dataset.withColumn(getOutputCol(), value.as(getOutputCol(), metadata));
  }

  private record Indexing(Broadcast<Map<String, Integer>> ids, int maxLength)
      implements UDF1<Seq<String>, int[]> {

    @Override
    public int[] call(Seq<String> words) {
      return words == null
          ? null
          : CollectionConverters.asJava(words).stream()
              .limit(maxLength)
              .mapToInt(word -> ids.value().getOrDefault(word, RESERVED_WORDS.indexOf(UNKNOWN)))
              .toArray();
    }
  }

  @Override
  public TokenIndexerModel copy(ParamMap extra) {
    return copyValues(new TokenIndexerModel(uid, vocabulary), extra).setParent(parent());
  }

  @Override
  public String explainParam(Param<?> param) {
    return Stages.explainParam(this, param);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s: %,d words", uid, vocabulary.size());
  }

  /** Writes Spark's metadata and the vocabulary, as Parquet. */
  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  private static final class Writer extends MLWriter {
    private final TokenIndexerModel model;

    Writer(TokenIndexerModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      try {
        VocabularyFiles files = new VocabularyFiles(path, sparkSession());
        StageFiles.write(model, path, files.write(model.vocabulary), sparkSession());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The reader that Spark finds when it loads a saved pipeline. */
  public static MLReader<TokenIndexerModel> read() {
    return new MLReader<>() {
      @Override
      public TokenIndexerModel load(String path) {
        String type = TokenIndexerModel.class.getName();
        return StageFiles.load(
            path,
            sparkSession(),
            checksums -> {
              List<String> vocabulary = new VocabularyFiles(path, sparkSession()).read(checksums);
              var metadata = DefaultParamsReader.loadMetadata(path, sparkSession(), type);
              TokenIndexerModel model = new TokenIndexerModel(metadata.uid(), vocabulary);
              metadata.getAndSetParams(model, Option.empty());
              return model;
            });
      }
    };
  }

  /** Loads a saved model. */
  public static TokenIndexerModel load(String path) {
    return read().load(path);
  }
}
