package io.sparknn.ml;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Freezing;
import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.Loss;
import io.sparknn.ml.param.HasAggregationDepth;
import io.sparknn.ml.param.HasAggregationMode;
import io.sparknn.ml.param.HasAveraging;
import io.sparknn.ml.param.HasBatchSize;
import io.sparknn.ml.param.HasBetas;
import io.sparknn.ml.param.HasCheckpoints;
import io.sparknn.ml.param.HasClipping;
import io.sparknn.ml.param.HasEarlyStopping;
import io.sparknn.ml.param.HasFeaturesCol;
import io.sparknn.ml.param.HasFeaturesCols;
import io.sparknn.ml.param.HasFrozenLayers;
import io.sparknn.ml.param.HasGradientPrecision;
import io.sparknn.ml.param.HasInitialModel;
import io.sparknn.ml.param.HasIntermediateStorageLevel;
import io.sparknn.ml.param.HasLabelCol;
import io.sparknn.ml.param.HasLocalSteps;
import io.sparknn.ml.param.HasMaxIter;
import io.sparknn.ml.param.HasMicroBatchSize;
import io.sparknn.ml.param.HasMomentum;
import io.sparknn.ml.param.HasOptimizerEpsilon;
import io.sparknn.ml.param.HasPredictionCol;
import io.sparknn.ml.param.HasRho;
import io.sparknn.ml.param.HasSchedule;
import io.sparknn.ml.param.HasSeed;
import io.sparknn.ml.param.HasSolver;
import io.sparknn.ml.param.HasStepSize;
import io.sparknn.ml.param.HasValidation;
import io.sparknn.ml.param.HasWarmup;
import io.sparknn.ml.param.HasWeightCol;
import io.sparknn.ml.param.HasWeightDecay;
import io.sparknn.ml.param.Rule;
import io.sparknn.optim.Solver;
import io.sparknn.spark.AggregationMode;
import io.sparknn.spark.Checkpoints;
import io.sparknn.spark.GradientPrecision;
import io.sparknn.spark.InitialWeights;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.Preflight;
import io.sparknn.spark.RddGradientSource;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.DivergenceException;
import io.sparknn.training.EarlyStopping;
import io.sparknn.training.History;
import io.sparknn.training.ProgressLog;
import io.sparknn.training.Recipe;
import io.sparknn.training.Trainer;
import io.sparknn.training.TrainingListener;
import io.sparknn.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A head: reads the network off its features column, adds the output layer, and trains all of it
 * end to end on the column's raw values.
 *
 * @param <E> the estimator's own type
 * @param <M> its model's type
 */
public abstract class NetworkEstimator<E extends NetworkEstimator<E, M>, M extends NetworkModel<M>>
    extends Estimator<M>
    implements DefaultParamsWritable,
        HasFeaturesCol<E>,
        HasFeaturesCols<E>,
        HasLabelCol<E>,
        HasWeightCol<E>,
        HasPredictionCol<E>,
        HasMaxIter<E>,
        HasBatchSize<E>,
        HasStepSize<E>,
        HasSolver<E>,
        HasMomentum<E>,
        HasBetas<E>,
        HasRho<E>,
        HasOptimizerEpsilon<E>,
        HasWeightDecay<E>,
        HasSchedule<E>,
        HasWarmup<E>,
        HasClipping<E>,
        HasAveraging<E>,
        HasSeed<E>,
        HasInitialModel<E>,
        HasFrozenLayers<E>,
        HasValidation<E>,
        HasEarlyStopping<E>,
        HasCheckpoints<E>,
        HasIntermediateStorageLevel<E>,
        HasMicroBatchSize<E>,
        HasLocalSteps<E>,
        HasAggregationMode<E>,
        HasAggregationDepth<E>,
        HasGradientPrecision<E> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(NetworkEstimator.class);

  private static final Shape SCALAR = Shape.of(1);

  private final String uid;

  /** A head with a given identity, and Spark ML's and Keras' defaults. */
  protected NetworkEstimator(String uid) {
    this.uid = uid;
    setDefault(featuresCol(), "features");
    setDefault(labelCol(), "label");
    setDefault(predictionCol(), "prediction");
    setDefault(maxIter(), 10);
    setDefault(batchSize(), 128);
    setDefault(microBatchSize(), Integer.MAX_VALUE);
    setDefault(localSteps(), 1);
    setDefault(intermediateStorageLevel(), "MEMORY_AND_DISK");
    setDefault(gradientPrecision(), GradientPrecision.FLOAT32.toString());
    setDefault(stepSize(), 0.001);
    setDefault(solver(), Solver.ADAM.toString());
    setDefault(momentum(), 0.9);
    setDefault(stepSchedule(), "constant");
    setDefault(warmupEpochs(), 0.0);
    setDefault(seed(), (long) getClass().getName().hashCode());
    setDefault(includeTop(), true);
    setDefault(frozenLayers(), new String[0]);
    setDefault(validationFraction(), 0.0);
    setDefault(patience(), 0);
    setDefault(tol(), 0.0);
    setDefault(monitor(), "loss");
    setDefault(checkpointInterval(), 0);
    setDefault(checkpointMinutes(), 10.0);
    setDefault(checkpointsKept(), 3);
    setDefault(resume(), false);
    setDefault(aggregationMode(), AggregationMode.AUTO.toString());
  }

  /** An identity for a new head. */
  protected static String newUid(Class<?> stage) {
    return Identifiable$.MODULE$.randomUID(stage.getSimpleName());
  }

  /**
   * The loss as far as it is known before there is any data.
   *
   * @throws IllegalArgumentException if a param does not fit the label
   */
  abstract Loss newLoss(ValueReader label);

  /**
   * The loss for a network of so many outputs.
   *
   * @throws IllegalArgumentException if a param does not fit the label or the outputs
   */
  abstract Loss newLoss(StructField label, int outputs);

  /**
   * Refuses a label column that the head cannot learn, before there is any data.
   *
   * @throws IllegalArgumentException with the column and the rule
   */
  abstract void checkLabel(ValueReader label);

  /**
   * The number of the network's outputs.
   *
   * @throws IllegalArgumentException if the labels are not what the head can learn
   */
  abstract int outputs(StructField label, TrainingData data, Shape labelShape);

  /** The names of the classes, or nothing. */
  abstract List<String> classNames(StructField label);

  /** A model with this head's identity, which predicts by its loss. */
  abstract M newModel(ModelFiles files, StructField label);

  /** The columns that the model will append, as far as they are known before training. */
  abstract List<StructField> outputFields(ValueReader label);

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return Stages.explain(
        this,
        () -> {
          Features features = Features.of(this);
          StructType joined = features.join(schema);
          Shape shape = SymbolicColumn.of(joined, features.column()).graph().shape();
          if (shape.rank() != 1) {
            throw new IllegalArgumentException(
                "column '%s' carries a network with output shape %s; a head reads one vector a row: put a Flatten or a pooling layer before it"
                    .formatted(features.column(), shape));
          }
          ValueReader label = reader(schema, getLabelCol());
          checkLabel(label);
          ValidationRows.check(this, schema);
          StepRules.of(this);
          Monitors.of(this, newLoss(label));
          if (isDefined(weightCol())) {
            checkNumeric(reader(schema, getWeightCol()));
          }
          return Stages.append(schema, outputFields(label));
        });
  }

  /**
   * Trains the network on a DataFrame.
   *
   * @throws IllegalArgumentException if a column, a value or the network is not what the head can
   *     learn from, in one sentence
   * @throws TrainingDivergedException if the loss becomes infinite or not a number; it has the
   *     model of the weights before that
   */
  @Override
  public M fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Features features = Features.of(this);
    return Stages.explain(this, () -> train(features.join(dataset), features.column()));
  }

  private M train(Dataset<Row> rows, String featuresCol) {
    StructType schema = rows.schema();
    SymbolicColumn features = SymbolicColumn.of(schema, featuresCol);
    if (!features.hasLayers()) {
      LOG.warn("{}: column '{}' carries no layer, so this trains a linear model", uid, featuresCol);
    }
    ValueReader weight = isDefined(weightCol()) ? reader(schema, getWeightCol()) : null;
    ValidationRows divided = ValidationRows.of(this, rows);
    TrainingRows training =
        new TrainingRows(divided.training(), features, reader(schema, getLabelCol()), weight);
    List<Shape> shapes = training.inputShapes();
    Graph body = features.graph().readable();
    if (shapes.stream().allMatch(Shape::isKnown)) {
      // Before all rows are read: does the network fit the shapes of the first, and the heap?
      Network least = withHead(body, shapes, 1);
      least.summary();
      Preflight.checkState(
          least, StepRules.of(this), getPatience() > 0, isDefined(checkpointDir()));
    }
    InitialModel initial = InitialModel.of(this);
    try (TrainingData data = training.pack(getIntermediateStorageLevel());
        TrainingData validation =
            divided.validation() == null
                ? null
                : training.pack(divided.validation(), getIntermediateStorageLevel())) {
      StructField label = schema.apply(getLabelCol());
      Network plan = new Sequences(body, shapes, data).plan();
      int outputs = outputs(label, data, training.labelShape());
      if (validation != null) {
        ValidationRows.check(validation, plan.inputShapes());
        int seen = outputs(label, validation, training.labelShape());
        if (seen > outputs) {
          throw new IllegalArgumentException(
              "the rows kept for validation have %d classes where those to train on have %d"
                  .formatted(seen, outputs));
        }
      }
      Network network =
          withHead(plan.graph(), plan.inputShapes(), outputs)
              .withSparse(
                  data.mostlyZero(plan.graph().inputs().stream().map(Graph.Input::name).toList()));
      return train(network, initial, data, validation, label);
    }
  }

  /** A body and the head's own layer, without training of the frozen layers. */
  private Network withHead(Graph body, List<Shape> shapes, int outputs) {
    Graph graph = body.then(uid, new Dense(outputs, ActivationFunction.LINEAR));
    return Freezing.freeze(new Network(graph.readable(), shapes), List.of(getFrozenLayers()));
  }

  private M train(
      Network network,
      InitialModel initial,
      TrainingData data,
      TrainingData validation,
      StructField label) {
    BatchPlan plan = new BatchPlan(data.rows(), getBatchSize(), getSeed());
    Loss loss = newLoss(label, network.outputShape().size());
    LOG.info(
        "{} trains on {} rows in {} partitions, {} iterations an epoch{}:\n{}",
        uid,
        data.rows(),
        data.partitions(),
        plan.iterations(),
        validation == null ? "" : ", and validates on " + validation.rows(),
        network.summary());
    History history = new History();
    List<TrainingListener> listeners = new ArrayList<>();
    listeners.add(history);
    listeners.add(new ProgressLog(getMaxIter(), plan.iterations(), loss.metricName()));
    Checkpoints checkpoints = checkpoints(network, plan, loss);
    if (checkpoints != null) {
      listeners.add(checkpoints);
    }
    Trainer trainer =
        new Trainer(
            network,
            plan,
            StepRules.of(this),
            getMaxIter(),
            new EarlyStopping(getPatience(), getTol(), Monitors.of(this, loss)),
            listeners);
    Recipe recipe = new Recipe(plan, loss, trainer.rule(), getMicroBatchSize());
    int depth = isDefined(aggregationDepth()) ? getAggregationDepth() : 0;
    Findings findings = new Findings(uid);
    findings.addAll(
        new Preflight(data, validation, network, recipe, depth)
            .check(getPatience() > 0, checkpoints != null));
    TrainingReview review = new TrainingReview(this, trainer.stopping(), plan);
    findings.addAll(review.before());
    TrainingState state = trainer.start(firstWeights(network, initial, data));
    try (RddGradientSource source =
        new RddGradientSource(
            data,
            validation,
            network,
            recipe,
            Rule.parse(AggregationMode.class, getAggregationMode()),
            depth,
            Rule.parse(GradientPrecision.class, getGradientPrecision()))) {
      if (checkpoints != null && getResume()) {
        checkpoints.resume(state);
      }
      trainer.train(state, source);
    } catch (DivergenceException e) {
      M last = newModel(new ModelFiles(network, state.weights(), classNames(label)), label);
      String message = "%s: %s".formatted(uid, e.getMessage());
      throw new TrainingDivergedException(
          message, copyValues(last.setParent(this), ParamMap.empty()), e);
    }
    if (checkpoints != null) {
      checkpoints.write(state);
    }
    findings.addAll(review.after(state, history.iterations()));
    M model = newModel(new ModelFiles(network, trainer.result(state), classNames(label)), label);
    TrainingSummary summary =
        new TrainingSummary(
            network.summary(),
            loss.metricName(),
            history.iterations(),
            state.history(),
            state.bestEpoch(),
            findings.texts());
    model.setSummary(summary);
    TimeSplit split = summary.timeSplit();
    LOG.info("{}: {}", uid, split);
    split.suggestions().forEach(suggestion -> LOG.info("{}: {}", uid, suggestion));
    return copyValues(model.setParent(this), ParamMap.empty());
  }

  /** The weights that training starts from; {@code initial} is null if there is no such model. */
  private float[] firstWeights(Network network, InitialModel initial, TrainingData data) {
    float[] weights = network.initialWeights(getSeed());
    InitialWeights.load(network, weights, data);
    if (initial != null) {
      LOG.info("{} {}", uid, initial.load(network, weights));
    }
    return weights;
  }

  /** The checkpoints of a training; null if there is no folder for them. */
  private Checkpoints checkpoints(Network network, BatchPlan plan, Loss loss) {
    if (!isDefined(checkpointDir())) {
      if (getResume()) {
        throw new IllegalArgumentException(
            "resume is on, but no checkpointDir says where from: set one");
      }
      return null;
    }
    // Weights have other places where inputs are sparse.
    String graph =
        GraphJson.write(network.graph()).replace(uid, "head")
            + (network.sparse().isEmpty() ? "" : " sparse " + network.sparse());
    Map<String, String> training =
        Map.of(
            "network", graph,
            "number of rows", String.valueOf(plan.rows()),
            "batchSize", String.valueOf(plan.batchSize()),
            "seed", String.valueOf(plan.seed()),
            "solver", getSolver(),
            "loss", loss.toString());
    Checkpoints.Schedule schedule =
        new Checkpoints.Schedule(
            getCheckpointInterval(), getCheckpointMinutes(), getCheckpointsKept());
    try {
      return new Checkpoints(
          getCheckpointDir(),
          SparkSession.active().sparkContext().hadoopConfiguration(),
          training,
          schedule,
          plan.iterations());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "checkpointDir %s cannot be used: %s".formatted(getCheckpointDir(), e.getMessage()), e);
    }
  }

  /** Refuses a label or weight column whose values are not single numbers. */
  static void checkNumeric(ValueReader column) {
    if (!column.shape().equals(SCALAR)) {
      throw new IllegalArgumentException(
          "column '%s' must hold one number a row".formatted(column.column()));
    }
  }

  private static ValueReader reader(StructType schema, String column) {
    return new ValueReader(column, Stages.field(schema, column).dataType());
  }

  @Override
  @SuppressWarnings("unchecked")
  public E copy(ParamMap extra) {
    return (E) this.<Estimator<M>>defaultCopy(extra);
  }

  @Override
  public String explainParam(Param<?> param) {
    return Stages.explainParam(this, param);
  }

  @Override
  public String toString() {
    return uid;
  }

  /** The reader that Spark finds when it loads a saved stage or pipeline. */
  public static <T> MLReader<T> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads a saved head. */
  public static <T> T load(String path) {
    return NetworkEstimator.<T>read().load(path);
  }
}
