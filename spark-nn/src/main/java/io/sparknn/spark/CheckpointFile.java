package io.sparknn.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparknn.graph.SafeTensors;
import io.sparknn.graph.SafeTensors.Contents;
import io.sparknn.optim.OptimizerState;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The format of a checkpoint: a safetensors file with the state of a training, and whose it is. */
final class CheckpointFile {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String TRAINING = "training";
  private static final String NUMBERS = "numbers";
  private static final String EMPTY = "empty";

  /** Of the numbers; the one of all else is missing in files of earlier versions. */
  private static final String CHECKSUM = "crc32c";

  private static final String OTHER_CHECKSUM = "crc32c of texts and names";

  private CheckpointFile() {}

  static void write(TrainingIdentity training, OptimizerState state, OutputStream out)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, float[]> arrays = new TreeMap<>(state.arrays());
    String[] empty =
        arrays.entrySet().stream()
            .filter(entry -> entry.getValue().length == 0)
            .map(Map.Entry::getKey)
            .toArray(String[]::new);
    Arrays.asList(empty).forEach(arrays::remove);
    arrays.forEach(
        (name, values) -> tensors.put(name, new Tensor(values, 0, Shape.of(values.length))));
    Map<String, String> texts = new TreeMap<>();
    String numbers = MAPPER.writeValueAsString(new TreeMap<>(state.numbers()));
    texts.put(TRAINING, training.toString());
    texts.put(NUMBERS, numbers);
    texts.put(EMPTY, MAPPER.writeValueAsString(empty));
    texts.put(CHECKSUM, checksum(numbers, arrays));
    texts.put(OTHER_CHECKSUM, checksumOfTexts(texts, tensors));
    SafeTensors.write(new Contents(tensors, texts), out);
  }

  /**
   * Whose checkpoint a file is.
   *
   * @throws IOException if it is none, or damaged: one sentence
   */
  static TrainingIdentity identity(StoredFile file) throws IOException {
    try (InputStream in = file.open()) {
      Map<String, String> texts = SafeTensors.readMetadata(in, file.length());
      check(texts);
      return TrainingIdentity.parse(texts.get(TRAINING));
    } catch (JsonProcessingException e) {
      throw damaged(e);
    }
  }

  private static void check(Map<String, String> texts) throws IOException {
    for (String name : List.of(TRAINING, NUMBERS, EMPTY, CHECKSUM)) {
      if (!texts.containsKey(name)) {
        throw new IOException("it is no checkpoint of spark-nn: it has no text '" + name + "'");
      }
    }
  }

  private static IOException damaged(Exception cause) {
    return new IOException("it is damaged: " + StoredFile.sentence(cause), cause);
  }

  /**
   * The state that a file holds.
   *
   * @throws IOException if it is no checkpoint, or damaged: one sentence
   */
  static OptimizerState read(StoredFile file) throws IOException {
    Contents contents;
    try (InputStream in = file.open()) {
      contents = SafeTensors.readContents(in, file.length());
    }
    Map<String, String> texts = contents.metadata();
    check(texts);
    Map<String, float[]> arrays = new HashMap<>();
    contents.tensors().forEach((name, tensor) -> arrays.put(name, tensor.data()));
    String numbers = texts.get(NUMBERS);
    Map<String, String> others = new TreeMap<>(texts);
    String otherChecksum = others.remove(OTHER_CHECKSUM);
    if (!texts.get(CHECKSUM).equals(checksum(numbers, new TreeMap<>(arrays)))
        || (otherChecksum != null
            && !otherChecksum.equals(checksumOfTexts(others, contents.tensors())))) {
      throw new IOException("it is damaged: its checksum does not match");
    }
    try {
      for (String name : MAPPER.readValue(texts.get(EMPTY), String[].class)) {
        arrays.put(name, new float[0]);
      }
      return new OptimizerState(
          MAPPER.readValue(numbers, new TypeReference<Map<String, double[]>>() {}), arrays);
    } catch (JsonProcessingException | RuntimeException e) {
      throw damaged(e);
    }
  }

  private static String checksum(String numbers, Map<String, float[]> arrays) {
    CRC32C checksum = new CRC32C();
    checksum.update(numbers.getBytes(StandardCharsets.UTF_8));
    arrays.values().forEach(values -> InitialWeights.update(checksum, values));
    return Long.toHexString(checksum.getValue());
  }

  /** Of what {@link #checksum} leaves out: all texts, and the arrays' names and lengths. */
  private static String checksumOfTexts(Map<String, String> texts, Map<String, Tensor> tensors) {
    Map<String, String> all = new TreeMap<>(texts);
    tensors.forEach((name, values) -> all.put("tensor " + name, values.shape().toString()));
    CRC32C checksum = new CRC32C();
    all.forEach(
        (name, text) ->
            checksum.update((name + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8)));
    return Long.toHexString(checksum.getValue());
  }
}
