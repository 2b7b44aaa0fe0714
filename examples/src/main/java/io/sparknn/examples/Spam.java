package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.TokenIndexer;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.GlobalAveragePooling1D;
import io.sparknn.ml.layer.MultiHeadAttention;
import org.apache.spark.ml.PipelineStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Embeddings and attention tell spam. */
@Command(
    name = "spam",
    description =
        "Embeddings and attention on SpamAssassin's mails (fetched by scripts/fetch-spam)",
    mixinStandardHelpOptions = true)
final class Spam extends Mails {

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 6;

  @Override
  PipelineStage[] stages() {
    return new PipelineStage[] {
      new TokenIndexer().setVocabSize(VOCABULARY).setMaxLength(MAX_WORDS),
      new Embedding().setInputDim(VOCABULARY).setOutputDim(32),
      new MultiHeadAttention().setNumHeads(2).setKeyDim(16),
      new GlobalAveragePooling1D(),
      new Dropout().setRate(0.3),
      new NeuralNetworkClassifier()
          .setMaxIter(epochs)
          .setBatchSize(64)
          .setStepSize(0.003)
          .setSeed(1)
    };
  }
}
