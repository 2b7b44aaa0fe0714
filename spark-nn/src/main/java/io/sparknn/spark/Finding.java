package io.sparknn.spark;

/**
 * Something about a training that its user should know.
 *
 * @param warns whether something should be done about it
 * @param text one sentence, without the stage that it is about
 */
public record Finding(boolean warns, String text) {}
