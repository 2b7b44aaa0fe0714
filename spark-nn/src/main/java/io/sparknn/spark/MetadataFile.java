package io.sparknn.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.GraphJson;
import java.io.FileNotFoundException;
import java.io.IOException;
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

/**
 * Spark's metadata of a saved stage: JSON with its class and params, and with checksums (CRC32C) of
 * these and of the stage's other files. That of earlier versions has none.
 */
public final class MetadataFile {

  /** The folder of a stage's folder that Spark writes it into. */
  public static final String NAME = "metadata";

  /** The field of the checksums, by the names of what they are of. */
  public static final String CHECKSUMS = "crc32c";

  private static final List<String> CHECKED =
      List.of("class", "uid", "paramMap", "defaultParamMap");
  private static final int MAX_LENGTH = 1 << 26;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(GraphJson.factory())
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .build();

  private MetadataFile() {}

  /** The checksum of metadata that Spark has written. */
  public static String checksum(String json) {
    try {
      return checksum(MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String checksum(JsonNode metadata) throws JsonProcessingException {
    ObjectNode checked = MAPPER.createObjectNode();
    CHECKED.forEach(name -> checked.set(name, metadata.path(name)));
    CRC32C checksum = new CRC32C();
    // Sorted by name: Spark's order of params is any.
    checksum.update(MAPPER.writeValueAsString(checked).getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(checksum.getValue());
  }

  /**
   * Checks a stage's metadata, and returns the checksums of its other files.
   *
   * @param path the stage's folder
   * @throws IOException if it is missing or damaged: one sentence that names it
   */
  public static Map<String, String> check(String path, Configuration conf) throws IOException {
    Path folder = new Path(path, NAME);
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
          .path(CHECKSUMS)
          .properties()
          .forEach(entry -> checksums.put(entry.getKey(), entry.getValue().asText()));
      String expected = checksums.remove(NAME);
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
      boolean isText = part.getName().equals(NAME) || part.getName().matches("part-[^.]+(\\.txt)?");
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
