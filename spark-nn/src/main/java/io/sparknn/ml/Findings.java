package io.sparknn.ml;

import io.sparknn.spark.Finding;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What was found about one training: each finding is logged at once, and kept for the summary. */
final class Findings {

  private static final Logger LOG = LoggerFactory.getLogger(NetworkEstimator.class);

  private final String subject;
  private final List<String> texts = new ArrayList<>();

  /**
   * No findings yet.
   *
   * @param subject stands before each line of the log
   */
  Findings(String subject) {
    this.subject = subject;
  }

  void add(Finding finding) {
    LOG.atLevel(finding.warns() ? Level.WARN : Level.INFO).log("{}: {}", subject, finding.text());
    texts.add(finding.text());
  }

  void addAll(List<Finding> findings) {
    findings.forEach(this::add);
  }

  List<String> texts() {
    return List.copyOf(texts);
  }
}
