package io.sparknn.ml;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Freezing;
import io.sparknn.graph.Graph;
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
import io.sparknn.ml.param.HasUseOutputLayer;
import io.sparknn.ml.param.HasValidation;
import io.sparknn.ml.param.HasWarmup;
import io.sparknn.ml.param.HasWeightCol;
import io.sparknn.ml.param.HasWeightDecay;
import io.sparknn.ml.param.Rule;
import io.sparknn.optim.Solver;
import io.sparknn.spark.AggregationMode;
import io.sparknn.spark.Checkpoints;
import io.sparknn.spark.Finding;
import io.sparknn.spark.GradientPrecision;
import io.sparknn.spark.InitialWeights;
import io.sparknn.spark.LabelRule;
import io.sparknn.spark.ModelFiles;
import io.sparknn.spark.Preflight;
import io.sparknn.spark.RddGradientSource;
import io.sparknn.spark.RowShuffle;
import io.sparknn.spark.TrainingData;
import io.sparknn.spark.TrainingJob;
import io.sparknn.spark.ValueReader;
import io.sparknn.tensor.Shape;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.DivergenceException;
import io.sparknn.training.EarlyStopping;
import io.sparknn.training.History;
import io.sparknn.training.ProgressLog;
import io.sparknn.training.Recipe;
import io.sparknn.training.StepRule;
import io.sparknn.training.Trainer;
import io.sparknn.training.TrainingListener;
import io.sparknn.training.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
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
        HasUseOutputLayer<E>,
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
    setDefault(useOutputLayer(), true);
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

  /** What the labels of each row must be. */
  abstract LabelRule labelRule(StructField label);

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
   * @throws IllegalStateException if the calling thread is interrupted, which it then still is, or
   *     the SparkContext is stopped; where a job of the training is cancelled, or its job group,
   *     its tags or all jobs are, Spark's own exception of that is thrown
   */
  @Override
  public M fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Features features = Features.of(this);
    return Stages.explain(
        this,
        () ->
            TrainingJob.run(
                dataset.sparkSession().sparkContext(),
                uid,
                () -> train(features.join(dataset), features.column())));
  }

  private M train(Dataset<Row> rows, String featuresCol) {
    checkCheckpointDir();
    StructType schema = rows.schema();
    SymbolicColumn features = SymbolicColumn.of(schema, featuresCol);
    Findings findings = new Findings(uid);
    findings.addAll(new UnreadColumns(schema, features).findings());
    if (!features.hasLayers()) {
      findings.add(
          new Finding(
              true,
              "column '%s' carries no layer, so this trains a linear model; stages after a layer that make new values, a cast, groupBy and mapPartitions lose layers"
                  .formatted(featuresCol)));
    }
    ColumnPath weight = isDefined(weightCol()) ? ColumnPath.of(schema, getWeightCol()) : null;
    ColumnPath labels = ColumnPath.of(schema, getLabelCol());
    StructField label = labels.field();
    ValidationRows divided = ValidationRows.of(this, rows);
    TrainingRows training = new TrainingRows(divided, features, labels, labelRule(label), weight);
    List<Shape> shapes = training.inputShapes();
    Graph body = features.graph().readable();
    body.nodes().forEach(NetworkEstimator::checkComplete);
    if (shapes.stream().allMatch(Shape::isKnown)) {
      // Before all rows are read: does the network fit the shapes of the first, and the heap?
      Network least = withHead(body, shapes, 1);
      least.summary();
      Preflight.checkState(
          least, StepRules.of(this), getPatience() > 0, isDefined(checkpointDir()));
    }
    InitialModel initial = InitialModel.of(this);
    RowOrder order = RowOrder.of(this, body);
    RowShuffle shuffle = order.shuffle(this);
    if (shuffle != null) {
      LOG.info("{} shuffles the rows if they lie in several partitions: {}", uid, order.why());
    }
    try (TrainingData data = training.pack(getIntermediateStorageLevel(), shuffle);
        TrainingData validation =
            divided.validation() == null
                ? null
                : training.packValidation(getIntermediateStorageLevel())) {
      Network plan = new Sequences(body, shapes, data).plan();
      int outputs = outputs(label, data, training.labelShape());
      if (validation != null) {
        ValidationRows.check(validation, plan.inputShapes());
        int seen = outputs(label, validation, training.labelShape());
        if (seen > outputs) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "the rows kept for validation have %d classes where those to train on have %d",
                  seen,
                  outputs));
        }
      }
      Network network =
          withHead(plan.graph(), plan.inputShapes(), outputs)
              .withSparse(
                  data.mostlyZero(plan.graph().inputs().stream().map(Graph.Input::name).toList()));
      if (!getUseOutputLayer()) {
        checkOutputs(network, featuresCol, outputs);
      }
      findings.addAll(
          new SquashedTwice(body, newLoss(label, outputs), getUseOutputLayer()).findings());
      return train(network, initial, data, validation, label, order, findings);
    }
  }

  private static void checkComplete(Graph.Node node) {
    if (node.layer().missing() != null) {
      throw new IllegalArgumentException("%s: %s".formatted(node.name(), node.layer().missing()));
    }
  }

  /** A body and the head's own layer, if it has one, without training of the frozen layers. */
  private Network withHead(Graph body, List<Shape> shapes, int outputs) {
    boolean hasTop = getUseOutputLayer();
    Graph graph = hasTop ? body.then(uid, new Dense(outputs, ActivationFunction.LINEAR)) : body;
    Network network = new Network(graph.readable(), shapes);
    return Freezing.freeze(network, List.of(getFrozenLayers()), hasTop);
  }

  /** Refuses a network without the head's own layer that is no other way to make predictions. */
  private static void checkOutputs(Network network, String column, int outputs) {
    if (network.trainableSize() == 0) {
      throw new IllegalArgumentException(
          "column '%s' carries no layer with weights to train, and useOutputLayer is false: add one, or set it to true"
              .formatted(column));
    }
    if (!network.outputShape().equals(Shape.of(outputs))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "column '%s' carries a network of output shape %s where the label takes (%d), one output a class or target, and two for a binary label: let its layers end with as many outputs, or set useOutputLayer to true",
              column,
              network.outputShape(),
              outputs));
    }
  }

  private M train(
      Network network,
      InitialModel initial,
      TrainingData data,
      TrainingData validation,
      StructField label,
      RowOrder order,
      Findings findings) {
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
    StepRule rule = StepRules.of(this);
    Recipe recipe = new Recipe(plan, loss, rule, getMicroBatchSize());
    int depth = isDefined(aggregationDepth()) ? getAggregationDepth() : 0;
    findings.addAll(
        new Preflight(data, validation, network, recipe, depth)
            .check(getPatience() > 0, isDefined(checkpointDir())));
    if (!order.why().isEmpty()) {
      findings.addAll(data.labelFindings(order.why()));
    }
    float[] weights = network.initialWeights(getSeed());
    String loaded = load(network, weights, initial, data);
    History history = new History();
    List<TrainingListener> listeners = new ArrayList<>();
    listeners.add(history);
    listeners.add(new ProgressLog(getMaxIter(), plan.iterations(), loss.metricName()));
    Map<String, String> identity = Identities.of(this, network, plan, loss, loaded);
    identity.put("data digest", digest(data, validation));
    Checkpoints checkpoints = checkpoints(identity, plan, findings);
    if (checkpoints != null) {
      listeners.add(checkpoints);
    }
    Trainer trainer =
        new Trainer(
            network,
            plan,
            rule,
            getMaxIter(),
            new EarlyStopping(getPatience(), getTol(), Monitors.of(this, loss)),
            listeners);
    TrainingReview review = new TrainingReview(this, trainer.stopping(), plan);
    findings.addAll(review.before());
    TrainingState state = trainer.start(weights);
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
        checkpoints.resume(state, getMaxIter());
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

  /** Loads first weights from files, if any, and returns what tells these apart from others. */
  private String load(Network network, float[] weights, InitialModel initial, TrainingData data) {
    String loaded = InitialWeights.load(network, weights, data);
    if (initial == null) {
      return loaded;
    }
    LOG.info("{} {}", uid, initial.load(network, getUseOutputLayer(), weights));
    return loaded + " " + initial.checksum();
  }

  /** A digest of the rows to train on and, behind a slash, of those that are kept. */
  private static String digest(TrainingData data, TrainingData validation) {
    String digest = Long.toHexString(data.digest());
    return validation == null ? digest : digest + "/" + Long.toHexString(validation.digest());
  }

  /** The checkpoints of a training; null if there is no folder for them. */
  private Checkpoints checkpoints(Map<String, String> identity, BatchPlan plan, Findings findings) {
    if (!isDefined(checkpointDir())) {
      return null;
    }
    Checkpoints.Schedule schedule =
        new Checkpoints.Schedule(
            getCheckpointInterval(), getCheckpointMinutes(), getCheckpointsKept());
    try {
      return new Checkpoints(
          getCheckpointDir(),
          SparkSession.active().sparkContext().hadoopConfiguration(),
          identity,
          schedule,
          plan.iterations(),
          findings::add);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "checkpointDir %s cannot be used: %s".formatted(getCheckpointDir(), e.getMessage()), e);
    }
  }

  /** Refuses a folder for checkpoints that cannot be used, before there is anything to lose. */
  private void checkCheckpointDir() {
    if (isDefined(checkpointDir())) {
      Checkpoints.probe(
          getCheckpointDir(), SparkSession.active().sparkContext().hadoopConfiguration());
    } else if (getResume()) {
      throw new IllegalArgumentException(
          "resume is on, but no checkpointDir says where from: set one");
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
    StructField field = Stages.field(schema, column);
    return new ValueReader(field.name(), field.dataType());
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

  /** Writes Spark's metadata, with a checksum. */
  @Override
  public MLWriter write() {
    return StageFiles.writer(this);
  }

  /** The reader that Spark finds when it loads a saved stage or pipeline. */
  public static <T> MLReader<T> read() {
    return StageFiles.reader();
  }

  /** Loads a saved head. */
  public static <T> T load(String path) {
    return NetworkEstimator.<T>read().load(path);
  }
}
