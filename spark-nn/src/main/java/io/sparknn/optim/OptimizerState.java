package io.sparknn.optim;

import java.util.Map;

/**
 * What an optimiser or an average keeps between steps, by name, as in {@code adam/mean}.
 *
 * @param numbers counts, and what is kept in double precision
 * @param arrays one number for each weight
 */
public record OptimizerState(Map<String, double[]> numbers, Map<String, float[]> arrays) {}
