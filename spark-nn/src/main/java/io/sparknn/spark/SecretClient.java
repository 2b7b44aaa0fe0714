package io.sparknn.spark;

import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.protocol.Message;
import org.apache.spark.network.util.TransportFrameDecoder;

/**
 * The connecting end of the handshake with a {@link SecretServer}: sends its own proof only after
 * it has seen the other end's, so that an impostor learns nothing and gets nothing.
 */
final class SecretClient implements TransportClientBootstrap {

  private static final long TIMEOUT_MILLIS = 10_000;

  private final Secret secret;

  SecretClient(Secret secret) {
    this.secret = secret;
  }

  @Override
  public void doBootstrap(TransportClient client, Channel channel) {
    Gate gate = new Gate(Message.Type.RpcResponse);
    channel.pipeline().addBefore(TransportFrameDecoder.HANDLER_NAME, null, gate);
    byte[] own = Secret.nonce();
    ByteBuffer answer = client.sendRpcSync(ByteBuffer.wrap(own), TIMEOUT_MILLIS);
    byte[] theirs = new byte[Secret.BYTES];
    byte[] proof = new byte[Secret.BYTES];
    boolean isWhole = answer.remaining() == theirs.length + proof.length;
    if (isWhole) {
      answer.get(theirs).get(proof);
    }
    if (!isWhole || !Secret.isSame(proof, secret.proof(false, own, theirs))) {
      throw new IllegalStateException(
          "%s does not know the secret of this training".formatted(channel.remoteAddress()));
    }
    client.sendRpcSync(ByteBuffer.wrap(secret.proof(true, own, theirs)), TIMEOUT_MILLIS);
    channel.pipeline().remove(gate);
  }
}
