package io.sparknn.ml.param;

import io.sparknn.init.Initializer;
import org.apache.spark.ml.param.Param;

/** How the embeddings get their first values. */
public interface HasEmbeddingsInitializer<S> extends Fluent<S> {

  /** Param: how the embeddings get their first values. */
  default Param<String> embeddingsInitializer() {
    return Rule.text(
        Initializer.choices(),
        Initializer::parse,
        this,
        "embeddingsInitializer",
        "how the embeddings get their first values");
  }

  default String getEmbeddingsInitializer() {
    return getOrDefault(embeddingsInitializer());
  }

  default S setEmbeddingsInitializer(String value) {
    set(embeddingsInitializer(), value);
    return self();
  }
}
