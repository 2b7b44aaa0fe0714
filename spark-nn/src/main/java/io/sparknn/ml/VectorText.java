package io.sparknn.ml;

import io.sparknn.spark.BadValueException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Tuple2;

/**
 * How a text file of word vectors, GloVe's or word2vec's, is written.
 *
 * @param header its first line if that holds no vector, or nothing
 * @param dimension the numbers of a line
 */
record VectorText(String header, int dimension) implements Serializable {
  private static final int SHOWN = 60;
  private static final int MAX_DIGITS = 9;

  /** The format of a file, by the first of its lines that is not blank; none if all are. */
  static VectorText of(String path, List<String> firstLine) {
    if (firstLine.isEmpty()) {
      return new VectorText("", 0);
    }
    String first = firstLine.get(0);
    String[] fields = fields(first);
    VectorText format =
        first.matches("\\d+[ \t]+\\d+\\s*")
            ? new VectorText(first, dimension(fields[1]))
            : new VectorText("", fields.length - 1);
    if (format.dimension < 1) {
      throw new BadValueException(
          "the first line of %s must hold a word and its numbers, or how many there are of both; received '%s'"
              .formatted(path, shown(first)));
    }
    return format;
  }

  /** As great as it can be if it is greater still: no line has so many numbers. */
  private static int dimension(String digits) {
    return digits.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  private static String[] fields(String line) {
    return line.stripTrailing().split("[ \t]+");
  }

  boolean isVector(String line) {
    return !line.isBlank() && !line.equals(header);
  }

  /** The word and its vector; nulls if the line is not as it should be. */
  Row parse(String line) {
    String[] fields = fields(line);
    int words = fields.length - dimension;
    // No memory for more numbers than there are, whatever the header says.
    double[] values = new double[words >= 1 ? dimension : 0];
    boolean good = words >= 1 && (words == 1 || Double.isNaN(number(fields[words - 1])));
    for (int i = 0; good && i < dimension; i++) {
      values[i] = number(fields[words + i]);
      good = Float.isFinite((float) values[i]);
    }
    // A few words of GloVe have spaces in them.
    return good
        ? RowFactory.create(
            String.join(" ", List.of(fields).subList(0, words)), Vectors.dense(values))
        : RowFactory.create(null, null);
  }

  private static double number(String field) {
    try {
      return Double.parseDouble(field);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** What is wrong with the first bad line. */
  RuntimeException explain(String path, JavaRDD<String> lines) {
    Tuple2<String, Long> bad =
        lines
            .zipWithIndex()
            .filter(line -> isVector(line._1) && parse(line._1).isNullAt(0))
            .first();
    return new BadValueException(
        String.format(
            Locale.ROOT,
            "line %d of %s must hold a word and %d numbers, separated by spaces; received '%s'",
            bad._2 + 1,
            path,
            dimension,
            shown(bad._1)));
  }

  private static String shown(String line) {
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
  }
}
