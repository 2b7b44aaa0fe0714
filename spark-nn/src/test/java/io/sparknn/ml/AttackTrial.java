package io.sparknn.ml;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.util.TransportConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** A stranger without the secret does what it can at the port of a training that goes on. */
public final class AttackTrial {

  static final int EPOCHS = 20;
  private static final String HOST = "127.0.0.1";
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int MEGABYTE = 1 << 20;

  /** More than a training of this size takes by the way. */
  private static final long GREATEST_GROWTH = 100L * MEGABYTE;

  private static final AtomicInteger STREAMS = new AtomicInteger();

  private AttackTrial() {}

  /** Something that a stranger tries; true if it was refused. */
  @FunctionalInterface
  private interface Attack {
    boolean isRefused(int port) throws Exception;
  }

  private static Map<String, Attack> attacks() {
    Map<String, Attack> attacks = new LinkedHashMap<>();
    attacks.put("garbage", port -> isRefused(port, garbage(), 1));
    attacks.put("a frame of 2 GB", port -> isRefused(port, claim(3), 64));
    attacks.put("a stream of 2 GB", port -> isRefused(port, claim(12), 64));
    attacks.put("silence", AttackTrial::isSilenceRefused);
    attacks.put("a flood", AttackTrial::isFloodRefused);
    attacks.put("a request for weights", port -> isRefused(port, 0, new byte[0], 0));
    attacks.put("a claim of 2 GB", port -> isRefused(port, 0, new byte[8], Integer.MAX_VALUE - 9));
    attacks.put("forged sums", port -> isRefused(port, 1, sums(), sums().length));
    return attacks;
  }

  /** Entry point of the driver's process. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().getOrCreate();
    try {
      int port = spark.sparkContext().conf().getInt("spark.nn.port", 0);
      train(spark);
      long before = memory();
      CompletableFuture<Void> attacks = CompletableFuture.runAsync(() -> attack(port));
      Set<Integer> checksums = new TreeSet<>();
      do {
        checksums.add(train(spark));
      } while (!attacks.isDone());
      attacks.join();
      ChildJvm.print("checksums:", checksums.toString().replace(" ", ""));
      ChildJvm.print("weights that left:", STREAMS.get());
      long growth = memory() - before;
      System.out.println(String.format(Locale.ROOT, "memory grew by %d bytes", growth));
      ChildJvm.print("memory:", growth < GREATEST_GROWTH ? "flat" : growth);
    } finally {
      spark.stop();
    }
  }

  static int train(SparkSession spark) {
    return ClusterTrial.checksum(
        ClusterTrial.train(
            ClusterTrial.rows(spark), ClusterTrial.head(EPOCHS).setAggregationMode("barrier")));
  }

  private static long memory() {
    System.gc();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return direct + Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void attack(int port) {
    attacks()
        .forEach(
            (name, attack) ->
                ChildJvm.print(name + ":", isRefused(attack, port) ? "refused" : "not-refused"));
  }

  /** Tries until a training listens. */
  private static boolean isRefused(Attack attack, int port) {
    while (true) {
      try {
        return attack.isRefused(port);
      } catch (ConnectException e) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static byte[] garbage() {
    byte[] bytes = new byte[5000];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /** The begin of a message of Spark's of 2 GB. */
  private static byte[] claim(int type) {
    return ByteBuffer.allocate(MEGABYTE).putLong(Integer.MAX_VALUE - 1L).put((byte) type).array();
  }

  /** What a process would hand in, had it all partitions: the sums of a gradient of ones. */
  private static byte[] sums() {
    ByteBuffer bytes = ByteBuffer.allocate(40_000).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(1).putInt(1).putInt(0);
    for (int i = 0; i < 9000; i++) {
      bytes.putFloat(1);
    }
    return bytes.array();
  }

  private static boolean isRefused(int port, byte[] bytes, int times) throws IOException {
    try (Socket socket = new Socket(HOST, port)) {
      for (int i = 0; i < times; i++) {
        socket.getOutputStream().write(bytes);
      }
      return isClosed(socket);
    } catch (SocketException e) {
      return true;
    }
  }

  /** Whether the other end closes a connection without a word. */
  private static boolean isClosed(Socket socket) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  private static boolean isSilenceRefused(int port) throws IOException {
    try (Socket silent = new Socket(HOST, port);
        Socket slow = new Socket(HOST, port)) {
      slow.getOutputStream().write(0);
      return isClosed(silent) && isClosed(slow);
    }
  }

  /** Many connections at once. */
  private static boolean isFloodRefused(int port) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        sockets.add(new Socket(HOST, port));
      }
      return isClosed(sockets.get(0));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Speaks as an executor does, by Spark's own client, without the handshake. */
  private static boolean isRefused(int port, long number, byte[] body, long size)
      throws IOException, InterruptedException {
    TransportConf conf =
        SparkTransportConf.fromSparkConf(
            new SparkConf(false), "nn", 0, Option.empty(), Option.empty());
    try (TransportContext context = new TransportContext(conf, new Thief());
        var clients = context.createClientFactory()) {
      TransportClient client = connect(clients, port);
      ByteBuffer header = ByteBuffer.allocate(2 * Long.BYTES).putLong(size).putLong(number).flip();
      CompletableFuture<Boolean> answered = new CompletableFuture<>();
      client.uploadStream(
          new NioManagedBuffer(header),
          new NioManagedBuffer(ByteBuffer.wrap(body)),
          new RpcResponseCallback() {
            @Override
            public void onSuccess(ByteBuffer response) {
              answered.complete(true);
            }

            @Override
            public void onFailure(Throwable e) {
              answered.complete(false);
            }
          });
      boolean isClosed = client.getChannel().closeFuture().await(TIMEOUT_MILLIS);
      return isClosed && !answered.join();
    }
  }

  private static TransportClient connect(TransportClientFactory clients, int port)
      throws IOException, InterruptedException {
    try {
      return clients.createUnmanagedClient(HOST, port);
    } catch (IOException e) {
      throw (IOException) new ConnectException().initCause(e);
    }
  }

  /** Counts the streams that it is sent. */
  private static final class Thief extends RpcHandler {
    @Override
    public void receive(TransportClient from, ByteBuffer message, RpcResponseCallback callback) {
      STREAMS.incrementAndGet();
    }

    @Override
    public StreamCallbackWithID receiveStream(
        TransportClient from, ByteBuffer header, RpcResponseCallback callback) {
      STREAMS.incrementAndGet();
      throw new UnsupportedOperationException();
    }

    @Override
    public StreamManager getStreamManager() {
      return new OneForOneStreamManager();
    }
  }
}
