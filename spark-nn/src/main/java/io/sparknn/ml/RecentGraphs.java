package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The graphs that were last written to columns' metadata or read from it. A layer reads what the
 * one before it wrote, so that without these a pipeline would parse the JSON of all its layers for
 * each of them.
 */
final class RecentGraphs {

  private static final int KEPT = 16;

  private static final Map<String, Graph> GRAPHS =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Graph> eldest) {
          return size() > KEPT;
        }
      };

  private RecentGraphs() {}

  /** As {@link GraphJson#write}. */
  static String write(Graph graph) {
    String json = GraphJson.write(graph);
    synchronized (GRAPHS) {
      GRAPHS.put(json, graph);
    }
    return json;
  }

  /** As {@link GraphJson#read}. */
  static Graph read(String json) {
    synchronized (GRAPHS) {
      return GRAPHS.computeIfAbsent(json, text -> GraphJson.read(text, Graph.class));
    }
  }
}
