package io.sparknn.spark;

import io.sparknn.tensor.Sizes;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import org.apache.spark.util.Utils;
import scala.Function1;
import scala.Option;
import scala.Tuple2;
import scala.runtime.AbstractFunction1;

/**
 * Messages over Spark's own network transport with the settings of its RPC: {@code
 * spark.authenticate}, {@code spark.network.crypto.*} and {@code spark.ssl.rpc.*} hold for them as
 * for all else. A message has a header and a body, which may be large: it is received as a stream,
 * into memory that is used again for the next one.
 */
final class Transport extends RpcHandler implements Closeable {

  private static final String MODULE = "nn";
  private static final String PORT = "spark.nn.port";

  /** Larger buffers are kept on the heap, since containers limit what is outside of it. */
  private static final int GREATEST_DIRECT = 1 << 26;

  /** So much memory is taken before any of a large body is there. */
  private static final int FIRST_ROOM = 1 << 20;

  /** A flood of strangers may push a connection out. */
  private static final int ATTEMPTS = 5;

  private static final long PAUSE_MILLIS = 100;

  /** A buffer that has room for nothing. */
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

  /** Receives messages, those of one connection one after another. */
  interface Receiver {

    /** The number of bytes of headers, the size of the body aside. */
    int headerBytes();

    /** The greatest number of bytes that a body can have. */
    long greatestBody();

    /** The body is only valid until this returns. */
    void received(TransportClient from, ByteBuffer header, ByteBuffer body);

    /** A connection has ended. */
    void gone(TransportClient peer);
  }

  private final Receiver receiver;
  private final Secret secret;
  private final TransportContext context;
  private final TransportConf conf;
  private final SecurityManager security;
  private final StreamManager streams = new OneForOneStreamManager();
  private final Map<Object, ByteBuffer> bodies = new ConcurrentHashMap<>();
  private TransportServer server;
  private TransportClientFactory clients;

  /**
   * A transport.
   *
   * @param secret shown by both ends of a connection where Spark does not authenticate them
   */
  Transport(Receiver receiver, Secret secret) {
    this.secret = secret;
    SparkEnv env = SparkEnv.get();
    SparkConf settings = env.conf().clone();
    // A replica waits as long as it takes: who is dead, Spark knows by its heartbeats.
    settings.setIfMissing("spark." + MODULE + ".io.connectionTimeout", "30d");
    this.receiver = receiver;
    this.security = env.securityManager();
    this.conf =
        SparkTransportConf.fromSparkConf(
            settings, MODULE, 0, Option.empty(), Option.apply(security.getRpcSSLOptions()));
    this.context = new TransportContext(conf, this);
  }

  /**
   * Begins to listen at {@code spark.nn.port} or, where that is taken, at one of the next as
   * Spark's services do, or by default at any free port; returns the port.
   */
  int listen(String host) {
    List<TransportServerBootstrap> bootstraps =
        security.isAuthenticationEnabled()
            ? List.of(new AuthServerBootstrap(conf, security))
            : List.of(new SecretServer(secret));
    SparkConf settings = SparkEnv.get().conf();
    Function1<Object, Tuple2<TransportServer, Object>> start =
        new AbstractFunction1<>() {
          @Override
          public Tuple2<TransportServer, Object> apply(Object port) {
            TransportServer started = context.createServer(host, (int) port, bootstraps);
            return new Tuple2<>(started, started.getPort());
          }
        };
    server = Utils.startServiceOnPort(settings.getInt(PORT, 0), start, settings, "spark-nn")._1;
    return server.getPort();
  }

  /** A connection to a process that listens at {@code host:port}. */
  TransportClient connect(String address) throws IOException, InterruptedException {
    URI at = URI.create("spark://" + address);
    if (clients == null) {
      List<TransportClientBootstrap> bootstraps =
          security.isAuthenticationEnabled()
              ? List.of(new AuthClientBootstrap(conf, security.getSaslUser(), security))
              : List.of(new SecretClient(secret));
      clients = context.createClientFactory(bootstraps);
    }
    for (int attempt = 1; ; attempt++) {
      try {
        return clients.createClient(at.getHost(), at.getPort());
      } catch (IOException | RuntimeException e) {
        if (attempt == ATTEMPTS) {
          throw e instanceof IOException known ? known : new IOException(e.getMessage(), e);
        }
        TimeUnit.MILLISECONDS.sleep(attempt * PAUSE_MILLIS);
      }
    }
  }

  /**
   * Sends a message. Its memory must stay as it is until the other end has received it.
   *
   * @param received is run then
   */
  static void send(TransportClient to, ByteBuffer header, ByteBuffer body, Runnable received) {
    to.uploadStream(
        new NioManagedBuffer(header),
        new NioManagedBuffer(body),
        new RpcResponseCallback() {
          @Override
          public void onSuccess(ByteBuffer response) {
            received.run();
          }

          @Override
          public void onFailure(Throwable e) {
            to.close();
          }
        });
  }

  /** The buffer, cleared, if it has room for so many bytes; else a new one, little-endian. */
  static ByteBuffer room(ByteBuffer memory, long bytes) {
    if (memory.capacity() >= bytes) {
      return memory.clear();
    }
    int size = Sizes.message(bytes);
    ByteBuffer buffer =
        size > GREATEST_DIRECT ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public StreamCallbackWithID receiveStream(
      TransportClient from, ByteBuffer header, RpcResponseCallback callback) {
    if (header.remaining() != Long.BYTES + receiver.headerBytes()) {
      throw new IllegalArgumentException("a message with a header of another size");
    }
    ByteBuffer head = ByteBuffer.allocate(header.remaining()).put(header).flip();
    long size = head.getLong();
    if (size < 0 || size > receiver.greatestBody()) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, "a message of %d bytes", size));
    }
    return new Body(from, head, (int) size);
  }

  /** A body on its way, into memory that is taken as it comes: a size alone takes none. */
  private final class Body implements StreamCallbackWithID {
    private final TransportClient from;
    private final ByteBuffer head;
    private final int size;
    private ByteBuffer memory;

    Body(TransportClient from, ByteBuffer head, int size) {
      this.from = from;
      this.head = head;
      this.size = size;
      memory =
          room(bodies.getOrDefault(from.getChannel().id(), NOTHING), Math.min(size, FIRST_ROOM));
    }

    @Override
    public String getID() {
      return "spark-nn";
    }

    @Override
    public void onData(String id, ByteBuffer data) {
      long needed = (long) memory.position() + data.remaining();
      if (needed > size) {
        throw new IllegalArgumentException("a body that is longer than its size");
      }
      if (needed > memory.capacity()) {
        long room = Math.max(needed, Math.min(size, 2L * memory.capacity()));
        memory = room(NOTHING, room).put(memory.flip());
      }
      memory.put(data);
    }

    @Override
    public void onComplete(String id) {
      if (memory.position() != size) {
        throw new IllegalArgumentException("a body that is shorter than its size");
      }
      bodies.put(from.getChannel().id(), memory);
      receiver.received(from, head, memory.flip());
    }

    @Override
    public void onFailure(String id, Throwable cause) {
      from.close();
    }
  }

  /** A header with room for so many bytes behind the size of the body. */
  static ByteBuffer header(int bytes, ByteBuffer body) {
    return ByteBuffer.allocate(Long.BYTES + bytes).putLong(body.remaining());
  }

  @Override
  public void receive(TransportClient from, ByteBuffer message, RpcResponseCallback callback) {
    callback.onFailure(new IOException("spark-nn sends streams only"));
  }

  @Override
  public void channelInactive(TransportClient peer) {
    bodies.remove(peer.getChannel().id());
    receiver.gone(peer);
  }

  @Override
  public StreamManager getStreamManager() {
    return streams;
  }

  @Override
  public void close() {
    if (clients != null) {
      clients.close();
    }
    if (server != null) {
      server.close();
    }
    context.close();
  }
}
