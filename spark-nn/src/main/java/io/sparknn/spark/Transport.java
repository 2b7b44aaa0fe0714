package io.sparknn.spark;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import scala.Option;

/**
 * Spark's own network transport with the settings of its RPC: {@code spark.authenticate}, {@code
 * spark.network.crypto.*} and {@code spark.ssl.rpc.*} hold for it as for all else.
 */
final class Transport implements Closeable {

  private static final String MODULE = "nn";

  private final TransportContext context;
  private final TransportConf conf;
  private final SecurityManager security;
  private TransportServer server;
  private TransportClientFactory clients;

  /** A transport whose messages a handler receives. */
  Transport(RpcHandler handler) {
    SparkEnv env = SparkEnv.get();
    SparkConf settings = env.conf().clone();
    // A replica waits as long as the driver needs: who is dead, Spark knows by its heartbeats.
    settings.setIfMissing("spark." + MODULE + ".io.connectionTimeout", "30d");
    this.security = env.securityManager();
    this.conf =
        SparkTransportConf.fromSparkConf(
            settings, MODULE, 0, Option.empty(), Option.apply(security.getRpcSSLOptions()));
    this.context = new TransportContext(conf, handler);
  }

  /** Begins to listen, at a free port if {@code port} is 0, and returns the port. */
  int listen(String host, int port) {
    List<TransportServerBootstrap> bootstraps =
        security.isAuthenticationEnabled()
            ? List.of(new AuthServerBootstrap(conf, security))
            : List.of();
    server = context.createServer(host, port, bootstraps);
    return server.getPort();
  }

  /** A connection to a process that listens. */
  TransportClient connect(String host, int port) throws IOException, InterruptedException {
    List<TransportClientBootstrap> bootstraps =
        security.isAuthenticationEnabled()
            ? List.of(new AuthClientBootstrap(conf, security.getSaslUser(), security))
            : List.of();
    clients = context.createClientFactory(bootstraps);
    return clients.createClient(host, port);
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
