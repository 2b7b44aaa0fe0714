package io.sparknn.ml;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file system whose servers are processes of their own on this machine. */
interface Store extends AutoCloseable {

  /** A folder, as Hadoop's clients name it. */
  String folder();

  /** What Hadoop's clients need to know. */
  Map<String, String> settings();

  @Override
  void close();

  /** A client of the test's own. */
  default FileSystem connect() throws IOException {
    Configuration conf = new Configuration();
    settings().forEach(conf::set);
    return FileSystem.newInstance(new Path(folder()).toUri(), conf);
  }

  /** A port at which nobody listens. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Waits until somebody listens at a port. */
  static void await(int port, ChildJvm server) throws IOException, InterruptedException {
    while (!listens(port)) {
      check(server);
      Thread.sleep(100);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Fails if a server has ended. */
  static void check(ChildJvm server) throws IOException {
    if (!server.isAlive()) {
      throw new IOException("a server has ended: " + server.text());
    }
  }
}
