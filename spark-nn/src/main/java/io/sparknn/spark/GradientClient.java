package io.sparknn.spark;

import io.sparknn.spark.Exchange.Order;
import io.sparknn.training.Assignment;
import io.sparknn.training.PartialSums.Part;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.network.client.TransportClient;

/** A process' connection to the exchange that its sums go to. */
final class GradientClient implements Transport.Receiver, Closeable {

  private final Exchange exchange;
  private final TrainingRun run;
  private final Transport transport;
  private final TransportClient connection;
  private ByteBuffer buffer = Transport.NOTHING;
  private Assignment work;

  /**
   * Connects, and joins in with the next order.
   *
   * @param exchange to which orders go
   */
  GradientClient(Exchange exchange, BarrierTask task, String address)
      throws IOException, InterruptedException {
    this.exchange = exchange;
    this.run = task.run();
    this.transport = new Transport(this, task.secret());
    this.connection = transport.connect(address);
    send(0, Transport.NOTHING);
  }

  /** Sends the sums of an order; the answer is the next one. */
  void send(long number, List<Part> parts) {
    buffer = Message.write(parts, buffer);
    send(number, buffer.duplicate());
  }

  private void send(long number, ByteBuffer body) {
    Transport.send(
        connection, Transport.header(Long.BYTES, body).putLong(number).flip(), body, () -> {});
  }

  @Override
  public int headerBytes() {
    return 0;
  }

  @Override
  public long greatestBody() {
    return Message.greatestOrder(run);
  }

  @Override
  public void received(TransportClient from, ByteBuffer header, ByteBuffer body) {
    Order order = Message.readOrder(body, work);
    if (!order.isEnd()) {
      work = order.work();
    }
    exchange.publish(order);
  }

  @Override
  public void gone(TransportClient peer) {
    exchange.fail("the driver ended this attempt to train");
  }

  @Override
  public void close() {
    transport.close();
  }
}
