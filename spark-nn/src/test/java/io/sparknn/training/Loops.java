package io.sparknn.training;

import io.sparknn.graph.Network;
import io.sparknn.optim.Optimizer;
import java.util.List;

/** Training without options. */
final class Loops {
  private Loops() {}

  /** Trains to the end; weights are changed in place. */
  static void train(
      Network network,
      BatchPlan plan,
      Optimizer optimizer,
      double stepSize,
      int epochs,
      List<TrainingListener> listeners,
      float[] weights,
      GradientSource source) {
    Trainer trainer =
        new Trainer(
            network,
            plan,
            new StepRule(() -> optimizer, stepSize),
            epochs,
            EarlyStopping.NEVER,
            listeners);
    trainer.train(trainer.start(weights), source);
  }
}
