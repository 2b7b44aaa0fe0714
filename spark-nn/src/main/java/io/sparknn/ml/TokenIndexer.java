package io.sparknn.ml;

import io.sparknn.ml.param.HasTokens;
import io.sparknn.ml.param.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Learns a vocabulary, by which its model turns words, as Spark's Tokenizer and RegexTokenizer make
 * them, into ids for an {@link io.sparknn.ml.layer.Embedding}: 0 stands for padding and 1 for
 * unknown words, then come the words by falling frequency, those of one frequency by their letters.
 *
 * <p>Reads the column {@code tokens} and writes {@code features} by default.
 */
public final class TokenIndexer extends Estimator<TokenIndexerModel>
    implements DefaultParamsWritable, HasTokens<TokenIndexer> {
  private static final long serialVersionUID = 1L;

  private final String uid;

  public TokenIndexer() {
    this(Identifiable$.MODULE$.randomUID(TokenIndexer.class.getSimpleName()));
  }

  public TokenIndexer(String uid) {
    this.uid = uid;
    setDefault(inputCol(), "tokens");
    setDefault(outputCol(), "features");
    setDefault(vocabSize(), 20_000);
    setDefault(minDF(), 1.0);
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * Param: the greatest number of ids. How many there are in the end is told to an Embedding, whose
   * inputDim needs not be set.
   */
  public IntParam vocabSize() {
    return Rule.atLeast(
        TokenIndexerModel.RESERVED + 1,
        this,
        "vocabSize",
        "the greatest number of ids, those of padding and of unknown words included");
  }

  public int getVocabSize() {
    return (Integer) getOrDefault(vocabSize());
  }

  public TokenIndexer setVocabSize(int value) {
    set(vocabSize(), value);
    return this;
  }

  /** Param: the least number of rows that a word must be in, or their share if below 1. */
  public DoubleParam minDF() {
    return Rule.number(
        "at least 0",
        value -> value >= 0,
        this,
        "minDF",
        "the least number of rows that a word must be in, or their share if below 1");
  }

  public double getMinDF() {
    return (Double) getOrDefault(minDF());
  }

  public TokenIndexer setMinDF(double value) {
    set(minDF(), value);
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return TokenIndexerModel.appendIds(this, schema, Metadata.empty());
  }

  /**
   * Counts the words on Spark; only the vocabulary comes to the driver.
   *
   * @throws IllegalArgumentException if the input column does not hold words, or too few of them
   */
  @Override
  public TokenIndexerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    double minRows = getMinDF() < 1 ? getMinDF() * dataset.count() : getMinDF();
    Column words = ColumnPath.of(dataset.schema(), getInputCol()).in(dataset);
    Column counts =
        functions
            .udf(
                (UDF1<Seq<String>, Map<String, Integer>>) TokenIndexer::count,
                new MapType(DataTypes.StringType, DataTypes.IntegerType, false))
            .apply(words);
    List<String> vocabulary = new ArrayList<>(TokenIndexerModel.RESERVED_WORDS);
    vocabulary.addAll(
        dataset
            .select(functions.explode(counts).as(new String[] {"word", "count"}))
            .groupBy("word")
            .agg(functions.sum("count").as("count"), functions.count("*").as("rows"))
            .where(functions.col("rows").geq(minRows))
            .orderBy(functions.col("count").desc(), functions.col("word"))
            .limit(getVocabSize() - TokenIndexerModel.RESERVED)
            .select("word")
            .as(Encoders.STRING())
            .collectAsList());
    if (vocabulary.size() == TokenIndexerModel.RESERVED) {
      throw new IllegalArgumentException(
          "%s: column '%s' has no word in at least %s rows: set a smaller minDF, or check the column"
              .formatted(uid, getInputCol(), minRows));
    }
    TokenIndexerModel model = new TokenIndexerModel(uid, vocabulary);
    return copyValues(model.setParent(this), ParamMap.empty());
  }

  /** How often each word is in a row. */
  private static Map<String, Integer> count(Seq<String> words) {
    Map<String, Integer> counts = new HashMap<>();
    if (words != null) {
      for (String word : CollectionConverters.asJava(words)) {
        if (word != null && !TokenIndexerModel.RESERVED_WORDS.contains(word)) {
          counts.merge(word, 1, Integer::sum);
        }
      }
    }
    return counts;
  }

  @Override
  public TokenIndexer copy(ParamMap extra) {
    return (TokenIndexer) this.<Estimator<TokenIndexerModel>>defaultCopy(extra);
  }

  @Override
  public String explainParam(Param<?> param) {
    return Stages.explainParam(this, param);
  }

  @Override
  public String toString() {
    return uid;
  }

  /** Writes Spark's metadata, with a checksum. */
  @Override
  public MLWriter write() {
    return StageFiles.writer(this);
  }

  /** The reader that Spark finds when it loads a saved stage or pipeline. */
  public static MLReader<TokenIndexer> read() {
    return StageFiles.reader();
  }

  /** Loads a saved stage. */
  public static TokenIndexer load(String path) {
    return read().load(path);
  }
}
