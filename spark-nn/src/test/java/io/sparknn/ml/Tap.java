package io.sparknn.ml;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to the same port of another address, and keeps a copy of all bytes. */
final class Tap implements AutoCloseable {

  private final ServerSocket server;
  private final InetAddress target;
  private final List<ByteArrayOutputStream> streams = new CopyOnWriteArrayList<>();

  /** A tap at a free port of an address. */
  Tap(String address, String target) throws IOException {
    this.target = InetAddress.getByName(target);
    server = new ServerSocket(0, 0, InetAddress.getByName(address));
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Works until a socket is closed at one of its ends. */
  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // Closed.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket outside = server.accept();
      Socket inside = new Socket(target, server.getLocalPort());
      start(() -> pass(outside, inside));
      start(() -> pass(inside, outside));
    }
  }

  private void pass(Socket from, Socket to) throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    streams.add(copy);
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        copy.write(buffer, 0, count);
        out.write(buffer, 0, count);
      }
    }
  }

  /** What has passed, one array for each direction of each connection. */
  List<byte[]> streams() {
    return streams.stream().map(ByteArrayOutputStream::toByteArray).toList();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
