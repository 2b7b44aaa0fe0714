package io.sparknn.ml;

import io.sparknn.ml.param.HasLabelCol;
import io.sparknn.ml.param.HasPredictionCol;
import io.sparknn.ml.param.HasWeightCol;
import io.sparknn.ml.param.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Evaluates regression of several targets, of one too: labels and predictions are vectors, arrays
 * of numbers, or numbers. With the weights w of rows, for K targets:
 *
 * <ul>
 *   <li>{@code mse}: the mean squared error {@code sum of w (y - p)^2 / (K sum of w)}
 *   <li>{@code rmse}, the default: its square root
 *   <li>{@code mae}: the mean absolute error {@code sum of w |y - p| / (K sum of w)}
 *   <li>{@code r2}: the mean over the targets of {@code 1 - sum of w (y - p)^2 / sum of w (y -
 *       m)^2}, where m is the mean label of the target; of a target whose labels are all the same
 *       it is 1 if all predictions are right, else 0
 * </ul>
 *
 * <p>The same as Spark's {@code RegressionEvaluator} where there is one target, but for {@code r2}
 * of weighted rows, whose spread Spark scales by other than the weights' sum.
 */
public final class VectorRegressionEvaluator extends Evaluator
    implements DefaultParamsWritable,
        HasLabelCol<VectorRegressionEvaluator>,
        HasPredictionCol<VectorRegressionEvaluator>,
        HasWeightCol<VectorRegressionEvaluator> {
  private static final long serialVersionUID = 1L;

  /** What is evaluated. */
  enum Metric {
    RMSE {
      @Override
      double of(TargetErrors errors) {
        return Math.sqrt(errors.meanSquared());
      }
    },
    MSE {
      @Override
      double of(TargetErrors errors) {
        return errors.meanSquared();
      }
    },
    MAE {
      @Override
      double of(TargetErrors errors) {
        return errors.meanAbsolute();
      }
    },
    R2 {
      @Override
      double of(TargetErrors errors) {
        return errors.explained();
      }
    };

    abstract double of(TargetErrors errors);

    /** The name as users write it, as in {@code rmse}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String uid;

  public VectorRegressionEvaluator() {
    this(Identifiable$.MODULE$.randomUID(VectorRegressionEvaluator.class.getSimpleName()));
  }

  public VectorRegressionEvaluator(String uid) {
    this.uid = uid;
    setDefault(labelCol(), "label");
    setDefault(predictionCol(), "prediction");
    setDefault(metricName(), Metric.RMSE.toString());
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param: {@code rmse}, {@code mse}, {@code mae} or {@code r2}. */
  public Param<String> metricName() {
    return Rule.oneOf(Metric.class, this, "metricName", "what is evaluated");
  }

  public String getMetricName() {
    return getOrDefault(metricName());
  }

  public VectorRegressionEvaluator setMetricName(String value) {
    set(metricName(), value);
    return this;
  }

  @Override
  public boolean isLargerBetter() {
    return metric() == Metric.R2;
  }

  private Metric metric() {
    return Rule.parse(Metric.class, getMetricName());
  }

  /**
   * The metric, from one pass over the rows.
   *
   * @throws IllegalArgumentException if a column is missing or holds no numbers, a value is null,
   *     NaN or infinite, a row has not as many predictions as labels, or there are no rows
   */
  @Override
  public double evaluate(Dataset<?> dataset) {
    return Stages.explain(this, () -> metric().of(errors(dataset)));
  }

  private TargetErrors errors(Dataset<?> dataset) {
    StructType schema = dataset.schema();
    ColumnPath label = ColumnPath.of(schema, getLabelCol());
    ColumnPath prediction = ColumnPath.of(schema, getPredictionCol());
    TargetReader labels = new TargetReader(label.field());
    TargetReader predictions = new TargetReader(prediction.field());
    List<Column> columns = new ArrayList<>(List.of(label.in(dataset), prediction.in(dataset)));
    TargetReader weights = null;
    if (isDefined(weightCol())) {
      ColumnPath weight = ColumnPath.of(schema, getWeightCol());
      weights = new TargetReader(weight.field());
      weights.checkScalar();
      columns.add(weight.in(dataset));
    }
    Dataset<Row> rows = dataset.select(columns.toArray(Column[]::new));
    return TargetErrors.of(rows.javaRDD(), labels, predictions, weights);
  }

  @Override
  public VectorRegressionEvaluator copy(ParamMap extra) {
    return (VectorRegressionEvaluator) this.<Evaluator>defaultCopy(extra);
  }

  @Override
  public String explainParam(Param<?> param) {
    return Stages.explainParam(this, param);
  }

  @Override
  public String toString() {
    return uid;
  }

  /** The reader that Spark finds when it loads a saved evaluator or what holds one. */
  public static MLReader<VectorRegressionEvaluator> read() {
    return new DefaultParamsReader<>();
  }

  /** Loads a saved evaluator. */
  public static VectorRegressionEvaluator load(String path) {
    return read().load(path);
  }
}
