package io.sparknn.ml;

import io.sparknn.spark.MetadataFile;
import io.sparknn.spark.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import org.json4s.JObject;
import org.json4s.JString;
import org.json4s.JValue;
import scala.Function1;
import scala.Option;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Spark's metadata of a saved stage, its class and params, with a checksum (CRC32C) of them; that
 * of earlier versions has none. A stage that is damaged, or not there, is one sentence.
 */
final class StageFiles {

  private StageFiles() {}

  /** Writes the metadata of a stage that consists of its params. */
  static MLWriter writer(Params stage) {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        write(stage, path, Map.of(), sparkSession());
      }
    };
  }

  /**
   * Writes the metadata of a stage.
   *
   * @param checksums of its other files, by name
   */
  static void write(
      Params stage, String path, Map<String, String> checksums, SparkSession session) {
    Map<String, String> all = new TreeMap<>(checksums);
    all.put(
        MetadataFile.NAME,
        MetadataFile.checksum(DefaultParamsWriter.getMetadataToSave(stage, session)));
    JObject json = json(all, JString::new);
    DefaultParamsWriter.saveMetadata(
        stage,
        path,
        session,
        Option.apply(json(Map.of(MetadataFile.CHECKSUMS, json), value -> value)));
  }

  /** Makes a JSON value. */
  private interface ToJson<T> {
    JValue of(T value);
  }

  private static <T> JObject json(Map<String, T> map, ToJson<T> toJson) {
    List<Tuple2<String, JValue>> fields = new ArrayList<>();
    map.forEach((name, value) -> fields.add(new Tuple2<>(name, toJson.of(value))));
    return new JObject(CollectionConverters.asScala(fields).toList());
  }

  /** Reads a stage that consists of its params. */
  static <T> MLReader<T> reader() {
    return new MLReader<>() {
      @Override
      public T load(String path) {
        return StageFiles.load(
            path,
            sparkSession(),
            checksums -> new DefaultParamsReader<T>().session(sparkSession()).load(path));
      }
    };
  }

  /** Makes a stage of what is in its folder. */
  interface Loader<T> {
    /**
     * Makes a stage.
     *
     * @param checksums of its other files, by name; none if an earlier version wrote it
     */
    T load(Map<String, String> checksums) throws IOException;
  }

  /**
   * Loads a stage whose metadata is whole.
   *
   * @throws UncheckedIOException if a file is missing or damaged: one sentence that names it
   * @throws IllegalArgumentException if it is of another class, or a param is out of its range: one
   *     sentence that names it
   */
  static <T> T load(String path, SparkSession session, Loader<T> loader) {
    try {
      T stage = loader.load(MetadataFile.check(path, session.sparkContext().hadoopConfiguration()));
      if (stage instanceof Params params) {
        checkDefaults(params);
      }
      return stage;
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(refusal(path, e), e);
    } catch (Exception e) {
      throw new UncheckedIOException(refusal(path, e), new IOException(e));
    }
  }

  private static String refusal(String path, Exception e) {
    String sentence = StoredFile.sentence(e);
    return sentence.startsWith("cannot load ")
        ? sentence
        : "cannot load %s: its metadata is damaged, or not what is expected: %s"
            .formatted(path, sentence);
  }

  /** Spark checks values, but not defaults. */
  private static void checkDefaults(Params stage) {
    for (Param<?> param : stage.params()) {
      if (stage.hasDefault(param) && !isValid(param, stage.getDefault(param).get())) {
        throw new IllegalArgumentException(
            "the default of param '%s' is out of its range".formatted(param.name()));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> boolean isValid(Param<T> param, Object value) {
    return (Boolean) ((Function1<T, Object>) param.isValid()).apply((T) value);
  }
}
