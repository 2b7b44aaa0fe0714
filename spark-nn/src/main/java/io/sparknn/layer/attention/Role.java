package io.sparknn.layer.attention;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * What attention reads. The inputs are the query and then, if there are two, the value, and if
 * there are three, the key. Without a key the values are the keys; without a value the queries are
 * both: self-attention.
 */
enum Role {
  QUERY(0),
  KEY(2),
  VALUE(1);

  private static final int MOST = 3;

  private final int place;

  Role(int place) {
    this.place = place;
  }

  private int index(int inputs) {
    return Math.min(place, inputs - 1);
  }

  /** The shape of what this role reads. */
  Shape of(List<Shape> inputs) {
    return inputs.get(index(inputs.size()));
  }

  Tensor of(Pass pass) {
    return pass.input(index(pass.inputs()));
  }

  /** What this role reads, as one head. */
  Heads heads(Pass pass) {
    return new Heads(of(pass), 1);
  }

  /** Memory for the gradient of what this role reads, as one head. */
  Heads gradientHeads(Pass pass) {
    return new Heads(pass.scratch(Slots.of(this), of(pass).shape()), 1);
  }

  private Mask mask(Pass pass) {
    return pass.mask(index(pass.inputs()));
  }

  boolean wantsGradient(Pass pass) {
    return pass.wantsInputGradient(index(pass.inputs()));
  }

  /** The gradient of what this role reads: to be written or added to, as {@link #beta} says. */
  Tensor gradient(Pass pass) {
    return pass.inputGradient(index(pass.inputs()));
  }

  /** 0 if this is the first of an input's roles, 1 if it adds to the gradient of the others. */
  int beta(Pass pass) {
    return ordinal() < pass.inputs() ? 0 : 1;
  }

  /** Writes or adds the gradient of what this role reads, if it is wanted. */
  void putGradient(Pass pass, Tensor gradient) {
    if (!wantsGradient(pass)) {
      return;
    }
    if (beta(pass) == 0) {
      Maths.copy(gradient, gradient(pass));
    } else {
      Maths.addScaled(1, gradient, gradient(pass));
    }
  }

  /** The number of scores that a head gives in a row. */
  static long scores(List<Shape> inputs) {
    return (long) QUERY.of(inputs).extent(0) * KEY.of(inputs).extent(0);
  }

  /** The steps at which both key and value count; null if all do. */
  static Mask keyMask(Pass pass) {
    return Mask.and(VALUE.mask(pass), KEY.mask(pass));
  }

  /** The query's shape. */
  static Shape checked(List<Shape> inputs) {
    if (inputs.isEmpty() || inputs.size() > MOST) {
      throw new IllegalArgumentException(
          "expects a query and, from other columns, a value and a key; received "
              + inputs.size()
              + " inputs");
    }
    inputs.forEach(input -> Inputs.one(List.of(input), 2, "(steps, features)"));
    Shape key = KEY.of(inputs);
    Shape value = VALUE.of(inputs);
    if (!key.isCompatible(value.with(-1, key.last()))) {
      throw new IllegalArgumentException(
          "expects as many keys as values; received keys %s and values %s: make both from one column"
              .formatted(key, value));
    }
    return QUERY.of(inputs);
  }

  /** The query's shape, for layers that compare queries and keys as they are. */
  static Shape comparable(List<Shape> inputs) {
    Shape query = checked(inputs);
    Shape key = KEY.of(inputs);
    if (!query.isCompatible(key.with(0, query.extent(0)))) {
      throw new IllegalArgumentException(
          "expects queries and keys of as many features; received %s and %s: put a Dense before one of them, or use MultiHeadAttention"
              .formatted(query, key));
    }
    return query;
  }

  /** The name in weights' names, as in {@code query}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
