package io.sparknn.training;

import java.io.Serializable;

/**
 * Rows packed for training.
 *
 * @param inputs for each input of the network, {@code rows} times its elements
 * @param labels {@code rows} times the elements of a label
 * @param weights one for each row
 */
public record RowBlock(int rows, float[][] inputs, float[] labels, float[] weights)
    implements Serializable {}
