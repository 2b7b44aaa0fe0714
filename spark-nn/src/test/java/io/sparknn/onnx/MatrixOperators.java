package io.sparknn.onnx;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.merge.Dot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Products of matrices, and their rows. */
final class MatrixOperators {
  private MatrixOperators() {}

  static Map<String, Operator> all() {
    return Map.of(
        "Gemm", Operator.of(MatrixOperators::gemm),
        "MatMul", Operator.of(MatrixOperators::matMul),
        "Gather", Operator.of(MatrixOperators::gather));
  }

  private static OnnxTensor gemm(Call call) {
    OnnxTensor a = call.node().integer("transA", 0) == 0 ? call.input() : call.input().move(0, 1);
    OnnxTensor b = call.node().integer("transB", 0) == 0 ? call.input(1) : call.input(1).move(0, 1);
    OnnxTensor kernel = b.times(call.node().real("alpha", 1));
    int units = b.extent(1);
    if (!call.has(2)) {
      return multiply(a, kernel);
    }
    OnnxTensor c = call.input(2).times(call.node().real("beta", 1));
    if (c.size() == 1 || (c.size() == units && c.extent(c.rank() - 1) == units)) {
      OnnxTensor bias = c.size() == 1 ? OnnxTensor.filled(c.values()[0], units) : c;
      return new LayerRun(dense(units, true), a)
          .weight("kernel", kernel)
          .weight("bias", bias)
          .score();
    }
    NotApplicable.unless(c.size() == a.extent(0) * units, "inputs are broadcast");
    return LayerRun.score(new Add(), multiply(a, kernel), c);
  }

  private static OnnxTensor matMul(Call call) {
    OnnxTensor a = call.input();
    OnnxTensor b = call.input(1);
    if (a.rank() >= 2 && b.rank() == 2) {
      return multiply(a, b);
    }
    int rank = a.rank();
    NotApplicable.unless(
        rank == b.rank() && Arrays.equals(a.shape(), 0, rank - 2, b.shape(), 0, rank - 2),
        "inputs are broadcast");
    int rows = a.size(0, rank - 2);
    OnnxTensor columns = b.move(rank - 1, rank - 2);
    OnnxTensor product =
        LayerRun.score(
            new Dot(-1, false),
            a.reshape(rows, a.extent(rank - 2), a.extent(rank - 1)),
            columns.reshape(rows, b.extent(rank - 1), b.extent(rank - 2)));
    int[] shape = a.shape().clone();
    shape[rank - 1] = b.extent(rank - 1);
    return product.reshape(shape);
  }

  private static OnnxTensor multiply(OnnxTensor x, OnnxTensor kernel) {
    return new LayerRun(dense(kernel.extent(1), false), x).weight("kernel", kernel).score();
  }

  private static Dense dense(int units, boolean useBias) {
    return new Dense(
        units, ActivationFunction.LINEAR, useBias, Initializer.ZEROS, Initializer.ZEROS);
  }

  /** The gathered axis comes first in a table, and then goes back to its place. */
  private static OnnxTensor gather(Call call) {
    int axis = call.axis(0);
    OnnxTensor ids = call.input(1);
    NotApplicable.unless(
        DoubleStream.of(ids.values()).allMatch(id -> id >= 0), "indices that count from the end");
    OnnxTensor table = call.input().move(axis, 0);
    int size = table.size(1, table.rank());
    OnnxTensor vectors =
        new LayerRun(
                new Embedding(List.of(table.extent(0)), size, -1, Initializer.ZEROS), ids.asRow())
            .weight("embeddings", table)
            .score();
    OnnxTensor gathered =
        vectors.reshape(
            IntStream.concat(
                    IntStream.of(ids.shape()), IntStream.range(1, table.rank()).map(table::extent))
                .toArray());
    for (int i = ids.rank() - 1; i >= 0; i--) {
      gathered = gathered.move(i, axis + i);
    }
    return gathered;
  }
}
