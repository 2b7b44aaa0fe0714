package io.sparknn.ml.param;

import io.sparknn.optim.Solver;
import org.apache.spark.ml.param.Param;

/** The optimiser. */
public interface HasSolver<S> extends Fluent<S> {

  /** Param: the optimiser. */
  default Param<String> solver() {
    return Rule.oneOf(Solver.class, this, "solver", "the optimiser");
  }

  default String getSolver() {
    return getOrDefault(solver());
  }

  default S setSolver(String value) {
    set(solver(), value);
    return self();
  }
}
