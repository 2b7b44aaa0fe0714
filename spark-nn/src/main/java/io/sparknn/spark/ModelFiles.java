package io.sparknn.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network;
import io.sparknn.graph.SafeTensors;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A trained network as two files of a folder on any Hadoop file system: {@code network.json} and
 * {@code weights.safetensors}. Reading them runs no code that they name but layers' constructors,
 * and takes no more memory than they have. The former holds a checksum (CRC32C) of each; files of
 * earlier versions have none.
 */
public record ModelFiles(Network network, float[] weights, List<String> labels) {

  private static final String NETWORK = "network.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String FORMAT = "spark-nn";
  private static final int VERSION = 1;
  private static final String CHECKSUMS = "crc32c";
  private static final int MAX_JSON = 1 << 28;
  private static final int BUFFER = 1 << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(GraphJson.factory())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Writes both files. */
  public void write(String folder, Configuration conf) throws IOException {
    Path path = new Path(folder);
    FileSystem files = path.getFileSystem(conf);
    CRC32C written = new CRC32C();
    try (OutputStream out =
        new CheckedOutputStream(
            new BufferedOutputStream(files.create(new Path(path, WEIGHTS), true), BUFFER),
            written)) {
      SafeTensors.write(network, weights, out);
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT).put("version", VERSION);
    json.set("labels", MAPPER.valueToTree(labels));
    json.set("graph", GraphJson.tree(network.graph()));
    // As it will be read, so that numbers are written the same way.
    ObjectNode described = (ObjectNode) MAPPER.readTree(json.toString());
    String own = checksum(described);
    described.putObject(CHECKSUMS).put(NETWORK, own).put(WEIGHTS, hex(written));
    try (OutputStream out = files.create(new Path(path, NETWORK), true)) {
      MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, described);
    }
  }

  /** The checksum of all but the checksums. */
  private static String checksum(ObjectNode json) {
    ObjectNode content = json.objectNode().setAll(json);
    content.remove(CHECKSUMS);
    CRC32C checksum = new CRC32C();
    checksum.update(content.toString().getBytes(StandardCharsets.UTF_8));
    return hex(checksum);
  }

  private static String hex(CRC32C checksum) {
    return Long.toHexString(checksum.getValue());
  }

  /**
   * Reads both files.
   *
   * @throws IOException if one is missing, damaged or of an unknown version: one sentence that
   *     names it
   */
  public static ModelFiles read(String folder, Configuration conf) throws IOException {
    Path path = new Path(folder);
    Path current = new Path(path, NETWORK);
    try {
      JsonNode json = MAPPER.readTree(StoredFile.of(current, conf).text(MAX_JSON));
      checkFormat(json);
      Graph graph = GraphJson.read(json.path("graph").toString(), Graph.class);
      JsonNode checksums = json.path(CHECKSUMS);
      check(checksums.path(NETWORK), checksum((ObjectNode) json));
      List<String> labels = labels(json.path("labels"));
      Network network =
          new Network(graph, graph.inputs().stream().map(Graph.Input::shape).toList());
      current = new Path(path, WEIGHTS);
      float[] weights = readWeights(network, current, checksums.path(WEIGHTS), conf);
      return new ModelFiles(network, weights, labels);
    } catch (FileNotFoundException e) {
      throw new IOException("cannot load the model: there is no file " + current, e);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "cannot load the model: %s is no JSON: %s"
              .formatted(current, StoredFile.sentence(new IOException(e.getOriginalMessage()))),
          e);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "cannot load the model: %s is damaged or of another version: %s"
              .formatted(current, StoredFile.sentence(e)),
          e);
    }
  }

  private static void checkFormat(JsonNode json) throws IOException {
    JsonNode version = json.path("version");
    if (!FORMAT.equals(json.path("format").asText())
        || !version.isIntegralNumber()
        || !version.canConvertToInt()
        || version.asInt() != VERSION) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it is of format '%s' version %s where %s version %d is expected",
              json.path("format").asText(),
              version,
              FORMAT,
              VERSION));
    }
  }

  private static List<String> labels(JsonNode json) throws IOException {
    List<String> labels = new ArrayList<>();
    boolean areTexts = json.isArray();
    for (JsonNode label : json) {
      labels.add(label.asText());
      areTexts &= label.isTextual();
    }
    if (!areTexts) {
      throw new IOException("its labels must be an array of texts");
    }
    return labels;
  }

  private static void check(JsonNode expected, String checksum) throws IOException {
    if (!expected.isMissingNode() && !expected.asText().equals(checksum)) {
      throw new IOException("its checksum does not match");
    }
  }

  private static float[] readWeights(
      Network network, Path path, JsonNode expected, Configuration conf) throws IOException {
    StoredFile file = StoredFile.of(path, conf);
    CRC32C checksum = new CRC32C();
    try (InputStream in = new CheckedInputStream(file.open(), checksum)) {
      float[] weights = SafeTensors.read(network, in, file.length());
      in.transferTo(OutputStream.nullOutputStream());
      check(expected, hex(checksum));
      network.checkFinite(weights);
      return weights;
    }
  }
}
