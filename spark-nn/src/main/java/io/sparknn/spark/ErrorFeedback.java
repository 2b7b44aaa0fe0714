package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.training.PartialSums.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rounds sums of gradients to 16 bits before they leave a process, and adds what rounding took away
 * to the sum of the next iteration, so that it is only late and not lost (Seide et al., "1-Bit
 * Stochastic Gradient Descent", Interspeech 2014; Karimireddy et al., "Error Feedback Fixes SignSGD
 * and other Gradient Compression Schemes", ICML 2019). Tables are left as they are.
 */
final class ErrorFeedback {

  private final Map<Place, float[]> residuals = new HashMap<>();

  private record Place(int level, int index) {}

  /** Rounds the gradients of parts. */
  synchronized void round(List<Part> parts) {
    for (Part part : parts) {
      Gradient gradient = part.sum().gradient();
      if (gradient != null) {
        Place place = new Place(part.level(), part.index());
        int size = gradient.dense().length;
        gradient.round(residuals.computeIfAbsent(place, key -> new float[size]));
      }
    }
  }
}
