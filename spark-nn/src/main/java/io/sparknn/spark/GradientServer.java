package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.spark.Message.Answer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;

/**
 * Connects an exchange with those of other processes: each of their messages brings the sums of one
 * order, and its reply is the next order.
 */
final class GradientServer extends RpcHandler implements Closeable {

  private final String id;
  private final Exchange exchange;
  private final Network network;
  private final Transport transport = new Transport(this);
  private final StreamManager streams = new OneForOneStreamManager();
  private final Map<Object, List<Gradient>> memory = new ConcurrentHashMap<>();

  private ByteBuffer encoded = ByteBuffer.allocate(0);
  private long encodedNumber;

  GradientServer(String id, Exchange exchange, Network network) {
    this.id = id;
    this.exchange = exchange;
    this.network = network;
  }

  /** Begins to listen, at a free port if {@code port} is 0, and returns the port. */
  int listen(String host, int port) {
    return transport.listen(host, port);
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
    String name = Answer.exchange(message);
    if (!name.equals(id)) {
      callback.onFailure(new IOException("exchange " + name + " is closed"));
      return;
    }
    List<Gradient> gradients =
        memory.computeIfAbsent(client.getChannel().id(), key -> new ArrayList<>());
    Answer answer = Answer.read(name, message, which -> gradient(gradients, which));
    exchange.read(answer.number(), order -> callback.onSuccess(encode(order)));
    exchange.deliver(answer.number(), answer.parts());
  }

  private Gradient gradient(List<Gradient> gradients, int which) {
    while (gradients.size() <= which) {
      gradients.add(network.newGradient());
    }
    return gradients.get(which);
  }

  /** All that are connected receive the same bytes; who has an order has received those before. */
  private synchronized ByteBuffer encode(Order order) {
    if (encodedNumber != order.number()) {
      encoded = Message.write(order, encoded);
      encodedNumber = order.number();
    }
    return encoded.duplicate();
  }

  @Override
  public StreamManager getStreamManager() {
    return streams;
  }

  @Override
  public void channelInactive(TransportClient client) {
    if (memory.remove(client.getChannel().id()) != null) {
      exchange.fail("the executor at %s has gone".formatted(client.getSocketAddress()));
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
