package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.Rule;

/** Applies a function to every element: see {@link io.sparknn.layer.core.Activation}. */
public final class Activation extends UnaryLayerStage<Activation>
    implements HasActivation<Activation> {
  private static final long serialVersionUID = 1L;

  public Activation() {
    this(newUid(Activation.class));
  }

  public Activation(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(activation())) {
      throw new IllegalArgumentException("activation must be set, as in relu");
    }
    return new io.sparknn.layer.core.Activation(
        Rule.parse(ActivationFunction.class, getActivation()));
  }
}
