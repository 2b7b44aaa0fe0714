/**
 * The Spark ML side: heads (estimators), their models, and how a column carries its network; must
 * not do maths.
 */
package io.sparknn.ml;
