package io.sparknn.spark;

import io.sparknn.spark.Exchange.Order;
import io.sparknn.spark.Message.Answer;
import io.sparknn.training.PartialSums.Part;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.NoOpRpcHandler;

/** An executor's connection to the exchange that its sums go to. */
final class GradientClient implements Closeable {

  private final String id;
  private final Transport transport = new Transport(new NoOpRpcHandler());
  private final TransportClient connection;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private float[] weights = {};

  /** Connects to the exchange of a name. */
  GradientClient(String id, String host, int port) throws IOException, InterruptedException {
    this.id = id;
    this.connection = transport.connect(host, port);
  }

  /** Sends the sums of an order; the reply is the next one, which goes to an exchange. */
  void send(long number, List<Part> parts, Exchange exchange) {
    buffer = new Answer(id, number, parts).write(buffer);
    connection.sendRpc(
        buffer.duplicate(),
        new RpcResponseCallback() {
          @Override
          public void onSuccess(ByteBuffer reply) {
            Order order = Message.readOrder(reply, weights);
            if (!order.isEnd()) {
              weights = order.weights();
            }
            exchange.publish(order);
          }

          @Override
          public void onFailure(Throwable e) {
            exchange.fail("the driver ended this attempt to train: " + e.getMessage());
          }
        });
  }

  @Override
  public void close() {
    transport.close();
  }
}
