package io.sparknn.spark;

import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.protocol.Message;
import org.apache.spark.network.server.AbstractAuthRpcHandler;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening end of a handshake: the other end sends a nonce; this one answers with its own, and
 * the proof that it knows the secret; the other end sends its proof. Before that nothing of the
 * connection gets any further.
 */
final class SecretServer implements TransportServerBootstrap {

  private static final Logger LOG = LoggerFactory.getLogger(SecretServer.class);

  /** So many connections may be about to prove themselves; of more the oldest are closed. */
  private static final int GREATEST_PENDING = 64;

  private final Secret secret;
  private final Set<Channel> pending = new LinkedHashSet<>();
  private boolean hasRefused;

  SecretServer(Secret secret) {
    this.secret = secret;
  }

  @Override
  public RpcHandler doBootstrap(Channel channel, RpcHandler handler) {
    Gate gate = new Gate(Message.Type.RpcRequest);
    channel.pipeline().addFirst(gate);
    add(channel);
    channel.closeFuture().addListener(closed -> left(channel, false));
    return new Door(channel, handler, gate);
  }

  private void add(Channel channel) {
    Channel oldest = null;
    synchronized (this) {
      pending.add(channel);
      if (pending.size() > GREATEST_PENDING) {
        Iterator<Channel> all = pending.iterator();
        oldest = all.next();
        all.remove();
      }
    }
    if (oldest != null) {
      oldest.close();
    }
  }

  private synchronized void left(Channel channel, boolean proved) {
    if (pending.remove(channel) && !proved && !hasRefused) {
      hasRefused = true;
      LOG.warn(
          "refused a connection from {} that does not know the secret of this training; further ones are refused silently",
          channel.remoteAddress());
    }
  }

  /** Handles the messages of one connection. */
  private final class Door extends AbstractAuthRpcHandler {
    private final Channel channel;
    private final Gate gate;
    private final byte[] own = Secret.nonce();
    private byte[] theirs;

    Door(Channel channel, RpcHandler behind, Gate gate) {
      super(behind);
      this.channel = channel;
      this.gate = gate;
    }

    @Override
    protected boolean doAuthChallenge(
        TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      if (message.remaining() != Secret.BYTES) {
        channel.close();
        return false;
      }
      byte[] received = new byte[Secret.BYTES];
      message.get(received);
      if (theirs == null) {
        theirs = received;
        callback.onSuccess(
            ByteBuffer.allocate(2 * Secret.BYTES)
                .put(own)
                .put(secret.proof(false, theirs, own))
                .flip());
        return false;
      }
      if (!Secret.isSame(received, secret.proof(true, theirs, own))) {
        channel.close();
        return false;
      }
      gate.open();
      left(channel, true);
      callback.onSuccess(ByteBuffer.allocate(0));
      return true;
    }
  }
}
