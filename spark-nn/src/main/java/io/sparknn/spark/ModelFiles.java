package io.sparknn.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network;
import io.sparknn.graph.SafeTensors;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A trained network as two files of a folder on any Hadoop file system: {@code network.json} and
 * {@code weights.safetensors}. Reading them runs no code that they name but layers' constructors.
 */
public record ModelFiles(Network network, float[] weights, List<String> labels) {

  private static final String NETWORK = "network.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String FORMAT = "spark-nn";
  private static final int VERSION = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Writes both files. */
  public void write(String folder, Configuration conf) throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT).put("version", VERSION);
    json.set("labels", MAPPER.valueToTree(labels));
    json.set("graph", GraphJson.tree(network.graph()));
    Path path = new Path(folder);
    FileSystem files = path.getFileSystem(conf);
    try (OutputStream out = files.create(new Path(path, NETWORK), true)) {
      MAPPER.writerWithDefaultPrettyPrinter().writeValue(out, json);
    }
    try (OutputStream out = files.create(new Path(path, WEIGHTS), true)) {
      SafeTensors.write(network, weights, out);
    }
  }

  /**
   * Reads both files.
   *
   * @throws IOException if one is missing, damaged or of an unknown version: one sentence that
   *     names it
   */
  public static ModelFiles read(String folder, Configuration conf) throws IOException {
    Path path = new Path(folder);
    FileSystem files = path.getFileSystem(conf);
    Path current = new Path(path, NETWORK);
    try {
      JsonNode json;
      try (InputStream in = files.open(current)) {
        json = MAPPER.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
      if (!FORMAT.equals(json.path("format").asText()) || json.path("version").asInt() != VERSION) {
        throw new IOException(
            "it is of format '%s' version %s where %s version %d is expected"
                .formatted(json.path("format").asText(), json.path("version"), FORMAT, VERSION));
      }
      Graph graph = GraphJson.read(json.path("graph").toString(), Graph.class);
      Network network =
          new Network(graph, graph.inputs().stream().map(Graph.Input::shape).toList());
      List<String> labels = new ArrayList<>();
      json.path("labels").forEach(label -> labels.add(label.asText()));
      current = new Path(path, WEIGHTS);
      try (InputStream in = new BufferedInputStream(files.open(current), 1 << 20)) {
        return new ModelFiles(network, SafeTensors.read(network, in), labels);
      }
    } catch (FileNotFoundException e) {
      throw new IOException("cannot load the model: there is no file " + current, e);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "cannot load the model: %s is no JSON: %s".formatted(current, e.getOriginalMessage()), e);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "cannot load the model: %s is damaged or of another version: %s"
              .formatted(current, e.getMessage()),
          e);
    }
  }
}
