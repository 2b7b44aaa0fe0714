package io.sparknn.ml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** HDFS: a name node and three data nodes, each a process. */
final class HdfsStore implements Store {

  private static final int DATA_NODES = 3;
  private static final String SERVER = "org.apache.hadoop.hdfs.server.";

  private final Path folder;
  private final String uri;
  private final List<ChildJvm> machines = new ArrayList<>();

  HdfsStore(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    int port = Store.freePort();
    uri = "hdfs://127.0.0.1:" + port;
    try (ChildJvm format = start("namenode.NameNode", "name", "-format")) {
      format.results();
    }
    machines.add(start("namenode.NameNode", "name"));
    Store.await(port, machines.get(0));
    for (int i = 0; i < DATA_NODES; i++) {
      machines.add(start("datanode.DataNode", "data" + i));
    }
    try (DistributedFileSystem files = (DistributedFileSystem) connect()) {
      while (files.getDataNodeStats().length < DATA_NODES) {
        for (ChildJvm machine : machines) {
          Store.check(machine);
        }
        Thread.sleep(100);
      }
    }
  }

  private ChildJvm start(String server, String name, String... arguments) throws IOException {
    List<String> all =
        new ArrayList<>(
            Stream.of(
                    "fs.defaultFS=" + uri,
                    "hadoop.tmp.dir=" + folder.resolve(name),
                    "dfs.namenode.http-address=127.0.0.1:0",
                    "dfs.datanode.address=127.0.0.1:0",
                    "dfs.datanode.http.address=127.0.0.1:0",
                    "dfs.datanode.ipc.address=127.0.0.1:0")
                .map(setting -> "-D" + setting)
                .toList());
    all.addAll(List.of(arguments));
    return ChildJvm.start(folder, List.of("-Xmx256m"), SERVER + server, all);
  }

  @Override
  public String folder() {
    return uri + "/training";
  }

  /** The client does not wait long before it says that no replica of a block is whole. */
  @Override
  public Map<String, String> settings() {
    return Map.of("dfs.client.retry.window.base", "10");
  }

  /** Kills a data node. */
  void loseADataNode() throws InterruptedException {
    machines.remove(machines.size() - 1).kill();
  }

  /**
   * Flips a bit in each data node's own copy of a block, behind the back of HDFS.
   *
   * @return the number of copies
   */
  int damageBlocks(byte[] content) throws IOException {
    int count = 0;
    for (Path block : blocks()) {
      byte[] bytes = Files.readAllBytes(block);
      if (Arrays.equals(bytes, content)) {
        bytes[bytes.length / 2] ^= 1;
        Files.write(block, bytes);
        count++;
      }
    }
    return count;
  }

  private List<Path> blocks() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.getFileName().toString().matches("blk_\\d+")).toList();
    }
  }

  @Override
  public void close() {
    machines.forEach(ChildJvm::close);
  }
}
