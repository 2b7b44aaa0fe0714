package io.sparknn.optim;

import java.util.Map;

/** Numbers and arrays by name: all that the next steps depend on. */
public record OptimizerState(Map<String, double[]> numbers, Map<String, float[]> arrays) {}
