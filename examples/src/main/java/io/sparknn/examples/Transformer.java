package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.TokenIndexer;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.GlobalAveragePooling1D;
import io.sparknn.ml.layer.PositionEmbedding;
import io.sparknn.ml.layer.TransformerEncoder;
import org.apache.spark.ml.PipelineStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A transformer encoder tells spam. */
@Command(
    name = "transformer",
    description = "A transformer encoder on SpamAssassin's mails (fetched by scripts/fetch-spam)",
    mixinStandardHelpOptions = true)
final class Transformer extends Mails {

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 5;

  @Override
  PipelineStage[] stages() {
    return new PipelineStage[] {
      new TokenIndexer().setVocabSize(VOCABULARY).setMaxLength(MAX_WORDS),
      new Embedding().setInputDim(VOCABULARY).setOutputDim(32),
      new PositionEmbedding().setMaxSteps(MAX_WORDS),
      new TransformerEncoder()
          .setNumLayers(2)
          .setNumHeads(4)
          .setFeedForwardSize(64)
          .setDropout(0.1)
          .setNormFirst(true)
          .setFinalNorm(true),
      new GlobalAveragePooling1D(),
      new Dropout().setRate(0.3),
      new NeuralNetworkClassifier()
          .setMaxIter(epochs)
          .setBatchSize(64)
          .setStepSize(0.002)
          .setSeed(1)
    };
  }
}
