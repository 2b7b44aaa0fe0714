package io.sparknn.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.GraphJson;
import io.sparknn.spark.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
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

  private static final String METADATA = "metadata";
  private static final String CHECKSUM = "crc32c";
  private static final List<String> CHECKED =
      List.of("class", "uid", "paramMap", "defaultParamMap");
  private static final int MAX_LENGTH = 1 << 26;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(GraphJson.factory())
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .build();

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
    try {
      JsonNode metadata = MAPPER.readTree(DefaultParamsWriter.getMetadataToSave(stage, session));
      all.put(METADATA, checksum(metadata));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    JObject json = json(all, JString::new);
    DefaultParamsWriter.saveMetadata(
        stage, path, session, Option.apply(json(Map.of(CHECKSUM, json), value -> value)));
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

  private static String checksum(JsonNode metadata) throws JsonProcessingException {
    ObjectNode checked = MAPPER.createObjectNode();
    CHECKED.forEach(name -> checked.set(name, metadata.path(name)));
    CRC32C checksum = new CRC32C();
    // Sorted by name: Spark's order of params is any.
    checksum.update(MAPPER.writeValueAsString(checked).getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(checksum.getValue());
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
      T stage = loader.load(check(path, session.sparkContext().hadoopConfiguration()));
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

  /** Checks a stage's metadata, and returns the checksums of its other files. */
  private static Map<String, String> check(String path, Configuration conf) throws IOException {
    Path folder = new Path(path, METADATA);
    Map<String, String> checksums = new TreeMap<>();
    try {
      StoredFile file = file(folder, conf);
      if (file == null) {
        return checksums;
      }
      String first = file.text(MAX_LENGTH).lines().findFirst().orElse("");
      JsonNode metadata = MAPPER.readTree(first);
      if (!metadata.isObject()) {
        throw new IOException("it is no JSON object");
      }
      metadata
          .path(CHECKSUM)
          .properties()
          .forEach(entry -> checksums.put(entry.getKey(), entry.getValue().asText()));
      String expected = checksums.remove(METADATA);
      if (expected != null && !expected.equals(checksum(metadata))) {
        throw new IOException("its checksum does not match");
      }
      return checksums;
    } catch (FileNotFoundException e) {
      throw new IOException("cannot load %s: there is no file %s".formatted(path, folder), e);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          "cannot load %s: %s is damaged: %s".formatted(path, folder, StoredFile.sentence(e)), e);
    }
  }

  /** The file with the metadata; null if Spark has compressed it, and must read it itself. */
  private static StoredFile file(Path folder, Configuration conf) throws IOException {
    FileSystem files = folder.getFileSystem(conf);
    List<Path> parts = new ArrayList<>();
    for (FileStatus file : files.listStatus(folder)) {
      String name = file.getPath().getName();
      if (!name.startsWith("_") && !name.startsWith(".")) {
        parts.add(file.getPath());
      }
    }
    if (parts.isEmpty()) {
      throw new IOException("it is empty");
    }
    parts.sort(Comparator.comparing(Path::getName));
    for (Path part : parts) {
      boolean isText =
          part.getName().equals(METADATA) || part.getName().matches("part-[-\\w]+(\\.txt)?");
      if (!isText) {
        return null;
      }
      StoredFile stored = StoredFile.of(part, conf);
      if (stored.length() > 0) {
        return stored;
      }
    }
    throw new IOException("it is empty");
  }
}
