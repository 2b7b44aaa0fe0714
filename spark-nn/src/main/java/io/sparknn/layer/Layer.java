package io.sparknn.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * One layer's configuration and computation. An implementation is an immutable record whose
 * components are its configuration, all that is saved of it. Everything that changes (weights,
 * gradients, values saved for the backward pass) comes with a {@link Pass}, so one object serves
 * every thread. Shapes are those of one row, without the batch's axis.
 */
public interface Layer extends Serializable {

  /**
   * The shape of the output. Extents may be {@link Shape#UNKNOWN}, or {@link Shape#RAGGED} on the
   * first axis, and are carried along; a layer that must not mix rows' padding with their steps
   * refuses a ragged extent.
   *
   * @throws IllegalArgumentException if the layer cannot read such inputs: one sentence with the
   *     rule, what was received and what to do
   */
  Shape outputShape(List<Shape> inputs);

  /**
   * The weights for inputs whose extents are known or ragged; none by default.
   *
   * @throws IllegalArgumentException if a weight's shape would depend on a ragged extent
   */
  default List<Weight> weights(List<Shape> inputs) {
    return List.of();
  }

  /** Computes {@link Pass#output} from the inputs and weights. */
  void forward(Pass pass);

  /**
   * Computes the gradients after {@link #forward} of the same pass: <em>overwrites</em> the
   * gradient of each input that is wanted and <em>adds to</em> the gradient of each weight.
   */
  void backward(Pass pass);

  /**
   * Which steps of the output count; null if all do. By default those of the first input, if the
   * output still has its steps. Called before {@link #forward}.
   */
  default Mask outputMask(Pass pass) {
    Mask mask = pass.mask();
    Shape output = pass.output().shape();
    boolean hasSteps = mask != null && output.rank() >= pass.input().shape().rank();
    return hasSteps && output.extent(1) == mask.steps() ? mask : null;
  }

  /**
   * About how many elements the layer keeps for a row from its forward to its backward pass, where
   * these are many more than its output has; 0 by default.
   *
   * @param inputs shapes of known extents
   */
  default long savedElements(List<Shape> inputs) {
    return 0;
  }

  /** As {@link #savedElements}, in training, where some layers keep more. */
  default long trainingElements(List<Shape> inputs) {
    return savedElements(inputs);
  }

  /**
   * The activation function whose values the output holds; none, which is linear, by default.
   *
   * @param input that of the first input
   */
  default ActivationFunction outputActivation(ActivationFunction input) {
    return ActivationFunction.LINEAR;
  }

  /**
   * What is not known yet of the configuration, and what to do, in words; null, as by default, if
   * all is. Such a layer infers shapes, but has no weights.
   */
  default String missing() {
    return null;
  }

  /** What the layer is called in tables and weights' names, as in {@code conv2d}. */
  default String kind() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether the output is the input's elements under another shape. Then neither {@link #forward}
   * nor {@link #backward} is called.
   */
  default boolean isView() {
    return false;
  }

  /**
   * Whether {@link #backward} is still right where the memory of an input's gradient is that of the
   * output's: it reads no element once it has written the one in its place, or no matter. By
   * default only views are.
   */
  default boolean passesGradientOn() {
    return isView();
  }

  /** What a row's result in training depends on; on nothing but the row by default. */
  default Scope scope() {
    return Scope.ROW;
  }

  /**
   * Whether the layer can read rows that are mostly 0 as {@link Pass#sparseInput}, in place of
   * {@link Pass#input}. Then the gradients of its kernels have touched rows only, and are added to
   * {@link Pass#tableGradient}. By default it cannot.
   */
  default boolean readsSparse() {
    return false;
  }

  /**
   * Whether the layer's output is sparse where its inputs are vectors, one of them sparse, that no
   * gradient is wanted of: then it writes {@link Pass#sparseOutput} and reads those inputs that are
   * sparse as {@link Pass#sparseInput}. By default it is not.
   */
  default boolean passesSparseOn() {
    return false;
  }

  /**
   * One layer that computes this one and then the next, faster; null, as by default, if there is
   * none. It has this layer's weights. A network asks where {@code next} has no weights and alone
   * reads this layer's output.
   */
  default Layer fusedWith(Layer next) {
    return null;
  }

  /**
   * Computes the next value of statistics from what the backward passes of a whole batch, on all
   * replicas, added to their places in the gradient; does nothing by default.
   *
   * @param weights the layer's weights, to be changed in place
   * @param sums for each weight, its place in the summed gradient
   * @param rows the number of rows in the batch
   */
  default void updateStatistics(List<Tensor> weights, List<Tensor> sums, long rows) {}
}
