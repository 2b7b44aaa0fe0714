package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/**
 * Sines and cosines that tell the steps apart: see {@link
 * io.sparknn.layer.embed.SinusoidalPositionEncoding}.
 */
public final class SinusoidalPositionEncoding extends UnaryLayerStage<SinusoidalPositionEncoding> {
  private static final long serialVersionUID = 1L;

  public SinusoidalPositionEncoding() {
    this(newUid(SinusoidalPositionEncoding.class));
  }

  public SinusoidalPositionEncoding(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.embed.SinusoidalPositionEncoding();
  }
}
