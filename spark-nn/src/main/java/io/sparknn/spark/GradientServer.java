package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.training.PartialSums.Part;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  private final Transport transport;
  private final Map<TransportClient, Peer> peers = new ConcurrentHashMap<>();

  private ByteBuffer encoded = Transport.NOTHING;
  private long encodedNumber;
  private volatile long acknowledged = System.nanoTime();

  /** A process that hands in here. */
  private static final class Peer {
    private final List<Gradient> memory = new ArrayList<>();
    private long answered;
    private boolean waits;

    /** Notes a message about an order: each asks for one more. */
    synchronized void asks(long number) {
      if (waits || number != answered) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "a message about order %d where %d is expected", number, answered));
      }
      waits = true;
    }

    synchronized void receives(long number) {
      answered = number;
      waits = false;
    }
  }

  /**
   * A server.
   *
   * @param secret what the others must know
   */
  GradientServer(Exchange exchange, TrainingRun run, Secret secret) {
    this.exchange = exchange;
    this.run = run;
    this.transport = new Transport(this, secret);
  }

  /** Begins to listen, and returns the port. */
  int listen(String host) {
    return transport.listen(host);
  }

  @Override
  public int headerBytes() {
    return Long.BYTES;
  }

  @Override
  public long greatestBody() {
    return Message.greatestParts(run);
  }

  @Override
  public void received(TransportClient from, ByteBuffer header, ByteBuffer body) {
    long number = header.getLong();
    Peer peer = peers.computeIfAbsent(from, key -> new Peer());
    peer.asks(number);
    List<Part> parts =
        body.hasRemaining()
            ? Message.readParts(body, exchange.partitions(), which -> gradient(peer.memory, which))
            : List.of();
    exchange.read(
        number,
        order -> {
          peer.receives(order.number());
          send(from, order);
        });
    if (!parts.isEmpty()) {
      exchange.deliver(number, parts);
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
    if (peers.remove(peer) != null) {
      exchange.fail("the executor at %s has gone".formatted(peer.getSocketAddress()));
    }
    synchronized (peers) {
      peers.notifyAll();
    }
  }

  /** Stops, once all that are connected have had time to learn that training is over. */
  @Override
  public void close() {
    long end = System.currentTimeMillis() + (exchange.isOver() ? FAREWELL_MILLIS : 0);
    try {
      synchronized (peers) {
        while (!peers.isEmpty() && System.currentTimeMillis() < end) {
          peers.wait(Math.max(1, end - System.currentTimeMillis()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    transport.close();
  }
}
