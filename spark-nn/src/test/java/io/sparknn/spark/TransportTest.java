package io.sparknn.spark;

import static io.sparknn.spark.LocalSpark.spark;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.client.TransportClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that listens is reached by those who know its secret, and by nobody else. */
class TransportTest {

  private static final String HOST = "127.0.0.1";
  private static final int GREATEST = 3 << 20;

  private final Secret secret = new Secret();
  private final Memo heard = new Memo();
  private Transport server;
  private int port;

  /** Remembers what it receives. */
  private static final class Memo implements Transport.Receiver {
    final BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();
    final BlockingQueue<TransportClient> gone = new LinkedBlockingQueue<>();

    @Override
    public int headerBytes() {
      return Long.BYTES;
    }

    @Override
    public long greatestBody() {
      return GREATEST;
    }

    @Override
    public void received(TransportClient from, ByteBuffer header, ByteBuffer body) {
      byte[] bytes = new byte[body.remaining()];
      body.get(bytes);
      bodies.add(bytes);
    }

    @Override
    public void gone(TransportClient peer) {
      gone.add(peer);
    }
  }

  @BeforeEach
  void listen() {
    spark();
    server = new Transport(heard, secret);
    port = server.listen(HOST);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static void send(TransportClient to, long size, byte[] body) {
    ByteBuffer bytes = ByteBuffer.wrap(body);
    ByteBuffer header = ByteBuffer.allocate(2 * Long.BYTES).putLong(size).putLong(0).flip();
    Transport.send(to, header, bytes, () -> {});
  }

  @Test
  void bytesOfThoseWhoKnowTheSecretArrive() throws Exception {
    try (Transport client = new Transport(new Memo(), secret)) {
      TransportClient connection = client.connect(HOST + ":" + port);
      Random random = new Random(1);
      for (int size : new int[] {0, 1, 5, GREATEST, 1 << 20, 100}) {
        byte[] body = new byte[size];
        random.nextBytes(body);
        send(connection, size, body);
        byte[] received = heard.bodies.poll(1, TimeUnit.MINUTES);
        assertEquals(ByteBuffer.wrap(body), ByteBuffer.wrap(received));
      }
    }
  }

  @Test
  void neitherEndTrustsOneThatHasAnotherSecret() throws Exception {
    try (Transport stranger = new Transport(new Memo(), new Secret())) {
      IOException refusal =
          assertThrows(IOException.class, () -> stranger.connect(HOST + ":" + port));
      assertTrue(refusal.getMessage().contains("does not know the secret"), refusal.getMessage());
    }
    assertTrue(heard.bodies.isEmpty());
  }

  @Test
  void sizesThatCannotBeAreRefused() throws Exception {
    try (Transport client = new Transport(new Memo(), secret)) {
      for (long size : new long[] {-1, GREATEST + 1L, Integer.MAX_VALUE, Long.MAX_VALUE, 7, 9}) {
        TransportClient connection = client.connect(HOST + ":" + port);
        send(connection, size, new byte[8]);
        awaitEnd(connection);
      }
    }
    assertTrue(heard.bodies.isEmpty());
  }

  @Test
  void headersThatCannotBeAreRefused() throws Exception {
    try (Transport client = new Transport(new Memo(), secret)) {
      for (int size : new int[] {0, 7, 8, 17, 1000}) {
        TransportClient connection = client.connect(HOST + ":" + port);
        Transport.send(connection, ByteBuffer.allocate(size), ByteBuffer.allocate(0), () -> {});
        awaitEnd(connection);
      }
    }
    assertTrue(heard.bodies.isEmpty());
  }

  private static void awaitEnd(TransportClient connection) throws InterruptedException {
    assertTrue(connection.getChannel().closeFuture().await(1, TimeUnit.MINUTES));
  }

  /** Bytes that are no handshake, at once and one by one; a message of Spark's of 2 GB. */
  @Test
  void garbageEndsItsConnectionAlone() throws Exception {
    byte[] noise = new byte[5000];
    new Random(2).nextBytes(noise);
    byte[] claim = ByteBuffer.allocate(5000).putLong(Integer.MAX_VALUE - 1L).put((byte) 3).array();
    byte[] stream = ByteBuffer.allocate(5000).putLong(40).put((byte) 12).array();
    byte[] zeros = new byte[5000];
    for (byte[] garbage :
        List.of(noise, claim, stream, zeros, "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8))) {
      try (Socket socket = new Socket(HOST, port)) {
        assertEquals(0, answer(socket, garbage));
      }
    }
    bytesOfThoseWhoKnowTheSecretArrive();
  }

  /** Sends bytes, and returns how many come back before the other end closes. */
  private static int answer(Socket socket, byte[] bytes) throws IOException {
    socket.setSoTimeout(60_000);
    try {
      socket.getOutputStream().write(bytes);
      return socket.getInputStream().readAllBytes().length;
    } catch (SocketException e) {
      return 0;
    }
  }

  /** A nonce is answered by a nonce and a proof; the same proof, sent back, is none. */
  @Test
  void theProofOfOneEndIsNoneOfTheOther() throws Exception {
    try (Socket socket = new Socket(HOST, port)) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request(new byte[Secret.BYTES]));
      InputStream in = socket.getInputStream();
      byte[] answer = in.readNBytes(Long.BYTES + 1 + Long.BYTES + Integer.BYTES + 2 * Secret.BYTES);
      byte[] proof = new byte[Secret.BYTES];
      System.arraycopy(answer, answer.length - Secret.BYTES, proof, 0, Secret.BYTES);
      assertEquals(0, answer(socket, request(proof)));
    }
  }

  /** One of Spark's messages that ask for an answer. */
  private static byte[] request(byte[] body) {
    int size = Long.BYTES + 1 + Long.BYTES + Integer.BYTES + body.length;
    return ByteBuffer.allocate(size)
        .putLong(size)
        .put((byte) 3)
        .putLong(5)
        .putInt(body.length)
        .put(body)
        .array();
  }

  @Test
  void aFloodOfSilentConnectionsKeepsNobodyOut() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        sockets.add(new Socket(HOST, port));
      }
      assertEquals(0, answer(sockets.get(0), new byte[] {0}));
      bytesOfThoseWhoKnowTheSecretArrive();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Also one that sends the first byte of a handshake, and no more. */
  @Test
  void aStallEnds() throws Exception {
    try (Socket silent = new Socket(HOST, port);
        Socket slow = new Socket(HOST, port)) {
      assertEquals(0, answer(slow, new byte[] {0}));
      assertEquals(0, answer(silent, new byte[0]));
    }
  }

  @Test
  void aSecretIsNotShown() {
    assertEquals("a secret", secret.toString());
  }
}
