package io.sparknn.loss;

import java.util.List;
import java.util.Locale;

/** The losses of a classifier, by the names that users give. */
public enum ClassificationLoss {
  /** {@link SoftmaxCrossEntropy}. */
  SOFTMAX_CROSSENTROPY {
    @Override
    public Loss create(double labelSmoothing, List<Double> classWeights, double focalGamma) {
      return new SoftmaxCrossEntropy(labelSmoothing, classWeights, focalGamma);
    }
  },
  /** {@link SigmoidCrossEntropy}. */
  SIGMOID_CROSSENTROPY {
    @Override
    public Loss create(double labelSmoothing, List<Double> classWeights, double focalGamma) {
      return new SigmoidCrossEntropy(labelSmoothing, classWeights, focalGamma);
    }
  },
  /** {@link Hinge}. */
  HINGE {
    @Override
    public Loss create(double labelSmoothing, List<Double> classWeights, double focalGamma) {
      if (labelSmoothing != 0 || focalGamma != 0) {
        throw new IllegalArgumentException(
            "loss hinge has neither labelSmoothing nor focalGamma; received %s and %s: leave them 0, or set loss to softmax_crossentropy"
                .formatted(labelSmoothing, focalGamma));
      }
      return new Hinge(classWeights);
    }
  };

  /**
   * The loss.
   *
   * @param classWeights one for each output, or none if all are 1
   * @throws IllegalArgumentException if the loss has no such option
   */
  public abstract Loss create(double labelSmoothing, List<Double> classWeights, double focalGamma);

  /** The loss with the options' defaults. */
  public Loss create() {
    return create(0, List.of(), 0);
  }

  /** The name as users write it, as in {@code hinge}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
