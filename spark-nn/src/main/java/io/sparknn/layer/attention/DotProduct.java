package io.sparknn.layer.attention;

/** Scores by scalar products: {@code factor q k'}. */
record DotProduct(Heads queries, Heads keys, float factor) {

  /** Writes a block's scores. */
  void scores(Block block) {
    block
        .matrix()
        .product(
            factor,
            queries.of(block, block.queries()),
            false,
            keys.of(block, block.keys()),
            true,
            0);
  }

  /** Writes the gradient of a block's queries and keys from that of its scores. */
  void gradients(Block block, Heads queryGradient, Heads keyGradient) {
    Matrix q = queries.of(block, block.queries());
    Matrix k = keys.of(block, block.keys());
    queryGradient.of(block, block.queries()).product(factor, block.matrix(), false, k, false, 0);
    keyGradient
        .of(block, block.keys())
        .product(factor, block.matrix(), true, q, false, keyGradient.beta(block));
  }
}
