package io.sparknn.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.transform;

import io.sparknn.ml.NeuralNetworkClassificationModel;
import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.TokenIndexer;
import io.sparknn.ml.TokenIndexerModel;
import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.GlobalAveragePooling1D;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Embeddings of words, learnt by predicting each word from the average of its neighbours' (Mikolov
 * et al., "Efficient estimation of word representations in vector space", 2013).
 */
@Command(
    name = "embeddings",
    description = "Embeddings of the Brown corpus' words (fetched by scripts/fetch-brown)",
    mixinStandardHelpOptions = true)
final class Embeddings extends Example {

  /** Words before, and words after the one to predict. */
  private static final int WINDOW = 4;

  /** The most frequent words are in every context and are not predicted. */
  private static final int COMMON_WORDS = 100;

  private static final int RESERVED_IDS = 2;

  private static final List<List<String>> RELATED =
      List.of(
          List.of("january", "february", "march", "april", "june", "july", "september", "december"),
          List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
          List.of("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
          List.of("father", "mother", "son", "daughter", "brother", "sister", "wife", "husband"),
          List.of("red", "blue", "green", "white", "black", "brown", "yellow"),
          List.of("north", "south", "east", "west"),
          List.of("hand", "arm", "head", "leg", "foot", "face", "eyes"));

  private static final List<String> SHOWN =
      List.of("tuesday", "april", "three", "father", "red", "south", "war", "water");

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 4;

  @Option(names = "--words", description = "the size of the vocabulary (${DEFAULT-VALUE})")
  private int words = 4000;

  @Option(names = "--dimension", description = "the numbers of an embedding (${DEFAULT-VALUE})")
  private int dimension = 64;

  @Option(
      names = "--data",
      defaultValue = "${env:SPARK_NN_HOME:-.}/data/brown",
      description = "the folder of the texts (${DEFAULT-VALUE})")
  private String data;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> sentences = sentences(spark);
    TokenIndexerModel indexer = new TokenIndexer().setVocabSize(words).fit(sentences);
    Dataset<Row> contexts = contexts(indexer.setOutputCol("ids").transform(sentences));
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Embedding()
                      .setName("embedding")
                      .setInputDim(indexer.vocabulary().length)
                      .setOutputDim(dimension),
                  new GlobalAveragePooling1D(),
                  new NeuralNetworkClassifier()
                      .setMaxIter(epochs)
                      .setBatchSize(1024)
                      .setStepSize(0.003)
                      .setSeed(1)
                });
    PipelineModel trained = pipeline.fit(contexts);
    PipelineStage[] stages = trained.stages();
    NeuralNetworkClassificationModel model =
        (NeuralNetworkClassificationModel) stages[stages.length - 1];
    Map<String, float[]> vectors =
        vectors(model.embeddings(spark, "embedding").join(indexer.words(spark), "id"));
    for (String word : SHOWN) {
      System.out.printf(Locale.ROOT, "%s: %s%n", word, String.join(", ", nearest(word, vectors)));
    }
    System.out.printf(
        Locale.ROOT,
        "a word is nearer to a related one than to %.1f %% of all words (by chance: 50.0 %%)%n",
        100 * nearness(vectors));
  }

  /** The words of each sentence, in small letters and without their parts of speech. */
  private Dataset<Row> sentences(SparkSession spark) {
    Column words =
        transform(split(lower(col("value")), "\\s+"), word -> regexp_replace(word, "/[^/]*$", ""));
    return spark
        .read()
        .option("pathGlobFilter", "c[a-r][0-9][0-9]")
        .text(data)
        .select(filter(words, word -> word.rlike("^[a-z]")).as("tokens"))
        .where(size(col("tokens")).gt(1));
  }

  /** Each word as the label, with the ids around it, fewer at the ends of a sentence. */
  private Dataset<Row> contexts(Dataset<Row> sentences) {
    Column before =
        slice(
            col("ids"),
            greatest(col("pos").minus(WINDOW - 1), lit(1)),
            least(col("pos"), lit(WINDOW)));
    Column after = slice(col("ids"), col("pos").plus(2), lit(WINDOW));
    Metadata classes =
        NominalAttribute.defaultAttr().withNumValues(words).withName("label").toMetadata();
    return sentences
        .select(col("ids"), posexplode(col("ids")))
        .where(col("col").geq(RESERVED_IDS + COMMON_WORDS))
        .select(concat(before, after).as("features"), col("col").as("label", classes));
  }

  /** The embeddings by their words, scaled to length 1. */
  private static Map<String, float[]> vectors(Dataset<Row> embeddings) {
    Map<String, float[]> vectors = new TreeMap<>();
    for (Row row : embeddings.where(col("id").geq(RESERVED_IDS)).collectAsList()) {
      double[] vector = row.<Vector>getAs("vector").toArray();
      double norm = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
      float[] scaled = new float[vector.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (float) (vector[i] / norm);
      }
      vectors.put(row.getAs("word"), scaled);
    }
    return vectors;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static List<String> nearest(String word, Map<String, float[]> vectors) {
    float[] vector = vectors.get(word);
    return vectors.keySet().stream()
        .filter(other -> !other.equals(word))
        .sorted(Comparator.comparingDouble(other -> -cosine(vector, vectors.get(other))))
        .limit(6)
        .collect(Collectors.toList());
  }

  /** The share of all words from which a word is further away than from a related one. */
  private static double nearness(Map<String, float[]> vectors) {
    return RELATED.stream()
        .flatMap(
            group ->
                group.stream()
                    .flatMap(a -> group.stream().filter(b -> !b.equals(a)).map(b -> List.of(a, b))))
        .mapToDouble(pair -> nearness(vectors.get(pair.get(0)), vectors.get(pair.get(1)), vectors))
        .average()
        .orElseThrow();
  }

  private static double nearness(float[] word, float[] related, Map<String, float[]> vectors) {
    double cosine = cosine(word, related);
    return vectors.values().stream().filter(other -> cosine(word, other) < cosine).count()
        / (double) vectors.size();
  }
}
