package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.param.Rule;
import java.util.List;
import org.apache.spark.ml.param.Param;

/** A stack of transformer decoder layers: see {@link io.sparknn.layer.block.TransformerDecoder}. */
public final class TransformerDecoder extends TransformerStage<TransformerDecoder> {
  private static final long serialVersionUID = 1L;

  public TransformerDecoder() {
    this(newUid(TransformerDecoder.class));
  }

  public TransformerDecoder(String uid) {
    super(uid);
    setDefault(causal(), true);
  }

  /** Param: the column of the encoder's output, to which the decoder attends too; none if unset. */
  public Param<String> encoderCol() {
    return Rule.column(
        this, "encoderCol", "the column of the encoder's output, to which the decoder attends too");
  }

  public String getEncoderCol() {
    return getOrDefault(encoderCol());
  }

  public TransformerDecoder setEncoderCol(String value) {
    set(encoderCol(), value);
    return this;
  }

  @Override
  protected List<String> inputColumns() {
    return isSet(encoderCol()) ? List.of(getInputCol(), getEncoderCol()) : List.of(getInputCol());
  }

  @Override
  protected Layer toLayer() {
    return create(io.sparknn.layer.block.TransformerDecoder::new);
  }
}
