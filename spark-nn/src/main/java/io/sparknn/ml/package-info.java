/**
 * The Spark ML side: heads (estimators), their models, and how a column carries its network; may
 * import all packages but {@code ml.layer}, and must not do maths.
 */
package io.sparknn.ml;
