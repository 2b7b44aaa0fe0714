package io.sparknn.ml;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.loss.Link;
import io.sparknn.loss.Loss;
import io.sparknn.spark.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Layers that already end with what a head applies to their output: it then saturates, and its
 * gradients are small.
 *
 * @param body the layers before the head's own
 * @param hasOutputLayer whether the head adds one
 */
record SquashedTwice(Graph body, Loss loss, boolean hasOutputLayer) {

  private static final Set<ActivationFunction> DISTRIBUTIONS =
      Set.of(ActivationFunction.SOFTMAX, ActivationFunction.LOG_SOFTMAX);

  private static final Set<ActivationFunction> PROBABILITIES =
      Set.of(
          ActivationFunction.SOFTMAX, ActivationFunction.SIGMOID, ActivationFunction.HARD_SIGMOID);

  List<Finding> findings() {
    ActivationFunction last = body.activation();
    Link own = loss.link();
    if (own == Link.NONE) {
      return List.of();
    }
    if (hasOutputLayer && DISTRIBUTIONS.contains(last)) {
      String text =
          "the layers before the head end with %s, and the head adds a dense layer and applies %s itself, so that training learns slowly: leave that %s out, or, if the layers' outputs are to be the head's, set useOutputLayer to false as well";
      return List.of(new Finding(true, String.format(Locale.ROOT, text, last, own, last)));
    }
    // The softmax of a log-softmax is the same as that of its input.
    boolean isSame = last == ActivationFunction.LOG_SOFTMAX && own == Link.SOFTMAX;
    boolean isSquashed = PROBABILITIES.contains(last) || DISTRIBUTIONS.contains(last);
    if (!hasOutputLayer && isSquashed && !isSame) {
      String text =
          "the layers before the head end with %s, and the head applies %s to their outputs once more, so that training learns slowly: let them end with a linear activation";
      return List.of(new Finding(true, String.format(Locale.ROOT, text, last, own)));
    }
    return List.of();
  }
}
