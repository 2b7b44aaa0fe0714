package io.sparknn.layer;

import io.sparknn.tensor.Tensor;

/** A layer that weighs what it reads: an attention layer. */
public interface Attentive {

  /**
   * The weights of the last forward pass: the softmax of the scores, before any dropout.
   *
   * @return of shape (rows, queries, keys), or (rows, heads, queries, keys)
   */
  Tensor scores(Pass pass);
}
