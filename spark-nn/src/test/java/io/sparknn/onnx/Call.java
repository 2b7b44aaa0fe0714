package io.sparknn.onnx;

import io.sparknn.onnx.OnnxModel.Node;
import java.util.List;

/**
 * An operator and what it reads.
 *
 * @param inputs null where the operator does without
 */
record Call(Node node, List<OnnxTensor> inputs) {

  OnnxTensor input() {
    return inputs.get(0);
  }

  OnnxTensor input(int index) {
    return inputs.get(index);
  }

  boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  /** Whether somebody may read an output. */
  boolean wants(int index) {
    return index < node.outputs().size() && !node.outputs().get(index).isEmpty();
  }

  /** The attribute {@code axis} of the first input, counted from the start. */
  int axis(long otherwise) {
    return input().axis(node.integer("axis", otherwise));
  }
}
