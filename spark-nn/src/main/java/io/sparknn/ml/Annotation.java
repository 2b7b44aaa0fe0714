package io.sparknn.ml;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.optimizer.CollapseProject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.classic.SparkSession;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Adds annotated columns to a DataFrame. Spark's analysis goes down a query by recursion, and would
 * exhaust its stack with a projection for each of many layers; so a projection that only annotates
 * columns becomes one with the next, as Spark's optimiser would make them in the end.
 */
final class Annotation {
  private Annotation() {}

  /** The rows with a column added or replaced. */
  static Dataset<Row> add(Dataset<?> rows, String name, Column value) {
    Dataset<Row> result = rows.withColumn(name, value);
    if (rows instanceof org.apache.spark.sql.classic.Dataset<?> before
        && result instanceof org.apache.spark.sql.classic.Dataset<?> after
        && after.queryExecution().analyzed() instanceof Project upper
        && upper.child() instanceof Project lower
        && annotates(lower)
        && CollapseProject.canCollapseExpressions(expressions(upper), lower.projectList(), false)
        && !isCached(before)) {
      Seq<NamedExpression> columns =
          CollapseProject.buildCleanedProjectList(upper.projectList(), lower.projectList());
      LogicalPlan plan = new Project(columns, lower.child());
      return org.apache.spark.sql.classic.Dataset.ofRows((SparkSession) after.sparkSession(), plan);
    }
    return result;
  }

  /** All named expressions are expressions, which Java's view of Scala does not tell. */
  @SuppressWarnings("unchecked")
  private static Seq<Expression> expressions(Project project) {
    return (Seq<Expression>) (Seq<?>) project.projectList();
  }

  /** Whether all columns are those below, but for annotated ones. */
  private static boolean annotates(Project project) {
    return CollectionConverters.asJava(project.projectList()).stream()
        .allMatch(
            column ->
                column instanceof Attribute
                    || (column instanceof Alias alias
                        && alias.deterministic()
                        && SymbolicColumn.isAnnotated(alias.metadata())));
  }

  /** Whether Spark keeps these very rows, which one projection in place of two would not read. */
  private static boolean isCached(org.apache.spark.sql.classic.Dataset<?> rows) {
    SparkSession session = (SparkSession) rows.sparkSession();
    return session.sharedState().cacheManager().lookupCachedData(rows).isDefined();
  }
}
