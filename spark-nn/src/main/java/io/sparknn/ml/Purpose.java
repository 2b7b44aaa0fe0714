package io.sparknn.ml;

/**
 * What is wrong with rows that cannot be used for what they are kept for.
 *
 * @param noRow the sentence where there are none
 * @param noWeight the sentence where all have the weight 0
 */
record Purpose(String noRow, String noWeight) {}
