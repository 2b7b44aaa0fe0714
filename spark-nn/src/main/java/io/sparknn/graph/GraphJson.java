package io.sparknn.graph;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Absent;
import io.sparknn.layer.Layer;
import io.sparknn.tensor.Shape;
import java.lang.reflect.RecordComponent;
import java.util.Locale;

/**
 * Graphs as JSON. A layer is an object of its record's components and a {@code type}: its class
 * name below {@code io.sparknn.layer}, or in full for a layer from elsewhere. Only records that
 * implement {@link Layer} are ever instantiated.
 */
public final class GraphJson {

  private static final String TYPE = "type";

  /** Deeper than any network; a stranger's text must not exhaust the stack. */
  private static final int MAX_DEPTH = 100;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(factory())
          .addMixIn(Layer.class, LayerMixin.class)
          .addMixIn(Shape.class, ShapeMixin.class)
          .addMixIn(Initializer.class, InitializerMixin.class)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private GraphJson() {}

  /** Reads JSON that is no deeper than a network's. */
  public static JsonFactory factory() {
    return JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
        .build();
  }

  /** A {@link Graph} or {@link Layer} as a tree of JSON values. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** A {@link Graph} or {@link Layer} as JSON text. */
  public static String write(Object value) {
    return tree(value).toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if the text is not of that type, in one sentence
   */
  public static <T> T read(String json, Class<T> type) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      complete(tree);
      return tree.isMissingNode() ? MAPPER.readValue(json, type) : MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "this is no %s that this version of spark-nn knows: %s"
              .formatted(type.getSimpleName().toLowerCase(Locale.ROOT), reason(e)),
          e);
    }
  }

  /** Adds the components that layers have today and older files lack. */
  private static void complete(JsonNode tree) throws JsonProcessingException {
    for (JsonNode child : tree) {
      complete(child);
    }
    if (tree instanceof ObjectNode object && tree.path(TYPE).isTextual()) {
      Class<?> layer = LayerTypes.find(tree.path(TYPE).textValue());
      RecordComponent[] components = layer == null ? null : layer.getRecordComponents();
      for (int i = 0; components != null && i < components.length; i++) {
        Absent absent = components[i].getAnnotation(Absent.class);
        if (absent != null && !object.has(components[i].getName())) {
          object.set(components[i].getName(), MAPPER.readTree(absent.value()));
        }
      }
    }
  }

  private static String reason(JsonProcessingException e) {
    boolean isSentence =
        !(e.getCause() instanceof RuntimeException)
            || e.getCause() instanceof IllegalArgumentException;
    return isSentence
        ? e.getOriginalMessage()
        : "a value is missing, or of another kind than it must be";
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = TYPE)
  @JsonTypeIdResolver(LayerTypes.class)
  private interface LayerMixin {}

  private abstract static class ShapeMixin {
    @JsonCreator
    static Shape read(int... extents) {
      throw new UnsupportedOperationException();
    }

    @JsonValue
    abstract int[] written();
  }

  private abstract static class InitializerMixin {
    @JsonCreator
    static Initializer parse(String text) {
      throw new UnsupportedOperationException(text);
    }

    @Override
    @JsonValue
    public abstract String toString();
  }

  /** Names layers by class, relative to the package of layers. */
  static final class LayerTypes extends TypeIdResolverBase {
    private static final String LAYERS = Layer.class.getPackageName() + ".";

    @Override
    public String idFromValue(Object value) {
      String name = value.getClass().getName();
      return name.startsWith(LAYERS) ? name.substring(LAYERS.length()) : name;
    }

    @Override
    public String idFromValueAndType(Object value, Class<?> type) {
      return idFromValue(value);
    }

    @Override
    public JavaType typeFromId(DatabindContext context, String id) throws InvalidTypeIdException {
      Class<?> found = find(id);
      if (found != null) {
        return context.constructType(found);
      }
      throw new InvalidTypeIdException(
          null, "there is no layer of type '" + id + "'", context.constructType(Layer.class), id);
    }

    /** The layer of a name; null if there is none. */
    static Class<?> find(String id) {
      for (String name : new String[] {LAYERS + id, id}) {
        try {
          Class<?> found = Class.forName(name, false, loader());
          if (Layer.class.isAssignableFrom(found) && found.isRecord()) {
            return found;
          }
        } catch (ClassNotFoundException | LinkageError e) {
          continue;
        }
      }
      return null;
    }

    /** Spark's loader of the user's jars where there is one: it also sees Spark's own. */
    private static ClassLoader loader() {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      return context != null ? context : Layer.class.getClassLoader();
    }

    @Override
    public JsonTypeInfo.Id getMechanism() {
      return JsonTypeInfo.Id.CUSTOM;
    }
  }
}
