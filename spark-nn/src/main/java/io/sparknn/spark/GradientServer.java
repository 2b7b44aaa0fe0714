package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.spark.Exchange.Order;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.network.client.TransportClient;

/**
 * Connects an exchange with those of other processes: each of their messages brings the sums of one
 * order, and is answered by the next order.
 */
final class GradientServer implements Transport.Receiver, Closeable {

  private static final long FAREWELL_MILLIS = 5_000;

  private final Exchange exchange;
  private final TrainingRun run;
  private final Transport transport = new Transport(this);
  private final Map<TransportClient, List<Gradient>> memory = new ConcurrentHashMap<>();

  private ByteBuffer encoded = Transport.NOTHING;
  private long encodedNumber;
  private volatile long acknowledged = System.nanoTime();

  GradientServer(Exchange exchange, TrainingRun run) {
    this.exchange = exchange;
    this.run = run;
  }

  /** Begins to listen, and returns the port. */
  int listen(String host) {
    return transport.listen(host);
  }

  @Override
  public void received(TransportClient from, ByteBuffer header, ByteBuffer body) {
    long number = header.getLong();
    List<Gradient> gradients = memory.computeIfAbsent(from, key -> new ArrayList<>());
    exchange.read(number, order -> send(from, order));
    if (body.hasRemaining()) {
      exchange.deliver(number, Message.readParts(body, which -> gradient(gradients, which)));
    }
  }

  private Gradient gradient(List<Gradient> gradients, int which) {
    while (gradients.size() <= which) {
      gradients.add(run.newMemory());
    }
    return gradients.get(which);
  }

  /** All that are connected receive the same bytes; who has an order has received those before. */
  private synchronized void send(TransportClient to, Order order) {
    if (encodedNumber != order.number()) {
      encoded = Message.write(order, encoded);
      encodedNumber = order.number();
    }
    ByteBuffer header = Transport.header(0, encoded).flip();
    Transport.send(to, header, encoded.duplicate(), () -> acknowledged = System.nanoTime());
  }

  /** When one of those that are connected last had an order, in nanoseconds. */
  long acknowledged() {
    return acknowledged;
  }

  @Override
  public void gone(TransportClient peer) {
    if (memory.remove(peer) != null) {
      exchange.fail("the executor at %s has gone".formatted(peer.getSocketAddress()));
    }
    synchronized (memory) {
      memory.notifyAll();
    }
  }

  /** Stops, once all that are connected have had time to learn that training is over. */
  @Override
  public void close() {
    long end = System.currentTimeMillis() + (exchange.isOver() ? FAREWELL_MILLIS : 0);
    try {
      synchronized (memory) {
        while (!memory.isEmpty() && System.currentTimeMillis() < end) {
          memory.wait(Math.max(1, end - System.currentTimeMillis()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    transport.close();
  }
}
