package io.sparknn.onnx;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A graph of operators, in the order in which they compute.
 *
 * @param initializers the inputs that the model itself holds
 */
record OnnxModel(
    List<Node> nodes,
    Map<String, OnnxTensor> initializers,
    List<Value> inputs,
    List<Value> outputs) {

  /**
   * An input or output.
   *
   * @param type its elements' type, as in {@code float}; or what else it is than a tensor
   */
  record Value(String name, String type) {}

  /**
   * An operator that reads and writes values by name; an empty name stands for none.
   *
   * @param opset the version of the operators' definitions
   */
  record Node(
      String operator,
      long opset,
      List<String> inputs,
      List<String> outputs,
      Map<String, Message> attributes) {

    private Optional<Message> attribute(String name) {
      return Optional.ofNullable(attributes.get(name));
    }

    boolean has(String attribute) {
      return attributes.containsKey(attribute);
    }

    long integer(String name, long otherwise) {
      return attribute(name).map(proto -> proto.integer(3)).orElse(otherwise);
    }

    float real(String name, double otherwise) {
      return attribute(name).map(Node::real).orElse((float) otherwise);
    }

    /** Protocol Buffers of version 3 leave out a number that is 0. */
    private static float real(Message proto) {
      return proto.floats(2).stream().findFirst().orElse(0f);
    }

    String string(String name, String otherwise) {
      return attribute(name).map(proto -> proto.string(4)).orElse(otherwise);
    }

    Optional<OnnxTensor> tensor(String name) {
      return attribute(name).map(proto -> OnnxTensor.read(proto.message(5)));
    }

    /** Whole numbers; null if the attribute is missing. */
    int[] integers(String name) {
      return attribute(name)
          .map(proto -> proto.integers(8).stream().mapToInt(Math::toIntExact).toArray())
          .orElse(null);
    }
  }

  static OnnxModel read(Path file) {
    try {
      return read(Message.of(ByteString.copyFrom(Files.readAllBytes(file))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a ModelProto. */
  private static OnnxModel read(Message proto) {
    long opset =
        proto.messages(8).stream()
            .filter(version -> version.string(1).isEmpty())
            .mapToLong(version -> version.integer(2))
            .findFirst()
            .orElse(1);
    Message graph = proto.message(7);
    return new OnnxModel(
        graph.messages(1).stream().map(node -> node(node, opset)).toList(),
        graph.messages(5).stream()
            .collect(Collectors.toMap(tensor -> tensor.string(8), OnnxTensor::read)),
        graph.messages(11).stream().map(OnnxModel::value).toList(),
        graph.messages(12).stream().map(OnnxModel::value).toList());
  }

  private static Node node(Message proto, long opset) {
    return new Node(
        proto.string(4),
        opset,
        proto.strings(1),
        proto.strings(2),
        proto.messages(5).stream()
            .collect(Collectors.toMap(attribute -> attribute.string(1), Function.identity())));
  }

  private static Value value(Message proto) {
    Message type = proto.message(2);
    String name =
        !type.messages(1).isEmpty()
            ? OnnxTensor.type(type.message(1).integer(1))
            : type.messages(4).isEmpty() ? "optional" : "sequence";
    return new Value(proto.string(1), name);
  }
}
