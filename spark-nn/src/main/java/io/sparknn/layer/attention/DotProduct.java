package io.sparknn.layer.attention;

/** Scores by scalar products: {@code factor q k'}. */
record DotProduct(Heads queries, Heads keys, float factor) {

  /** Writes a block's scores. */
  void scores(Block block) {
    block.matrix().product(factor, queries.queriesOf(block), false, keys.keysOf(block), true, 0);
  }

  /**
   * Writes the gradient of a block's queries from that of its scores, and the keys'.
   *
   * @param beta 0 to write the keys' gradient, 1 to add to it
   */
  void gradients(Block block, Heads queryGradient, Heads keyGradient, int beta) {
    Matrix q = queries.queriesOf(block);
    Matrix k = keys.keysOf(block);
    queryGradient.queriesOf(block).product(factor, block.matrix(), false, k, false, 0);
    keyGradient.keysOf(block).product(factor, block.matrix(), true, q, false, beta);
  }
}
