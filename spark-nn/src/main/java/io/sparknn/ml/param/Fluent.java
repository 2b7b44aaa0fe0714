package io.sparknn.ml.param;

import org.apache.spark.ml.param.Params;

/**
 * A stage whose setters return the stage.
 *
 * @param <S> the stage's own type
 */
public interface Fluent<S> extends Params {

  /** This stage, as its own type. */
  @SuppressWarnings("unchecked")
  default S self() {
    return (S) this;
  }
}
