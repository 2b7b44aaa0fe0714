package io.sparknn.ml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** S3 as Hadoop's own client sees it: a server of its protocol that keeps objects in files. */
final class S3Store implements Store {

  private static final String BUCKET = "bucket";
  private static final String KEY = "key-of-the-test";
  private static final String SECRET = "secret-of-the-test";

  private final String endpoint;
  private final ChildJvm server;

  S3Store(Path folder) throws IOException, InterruptedException {
    int port = Store.freePort();
    endpoint = "http://127.0.0.1:" + port;
    Files.createDirectories(folder.resolve("objects").resolve(BUCKET));
    Path properties = folder.resolve("s3proxy.properties");
    Files.write(
        properties,
        List.of(
            "s3proxy.endpoint=" + endpoint,
            "s3proxy.authorization=aws-v2-or-v4",
            "s3proxy.identity=" + KEY,
            "s3proxy.credential=" + SECRET,
            "jclouds.provider=filesystem",
            "jclouds.filesystem.basedir=" + folder.resolve("objects")));
    server =
        ChildJvm.start(
            folder,
            List.of("-Xmx256m"),
            "org.gaul.s3proxy.Main",
            List.of("--properties", properties.toString()));
    Store.await(port, server);
  }

  @Override
  public String folder() {
    return "s3a://%s/training".formatted(BUCKET);
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "fs.s3a.endpoint", endpoint,
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.access.key", KEY,
        "fs.s3a.secret.key", SECRET);
  }

  @Override
  public void close() {
    server.close();
  }
}
