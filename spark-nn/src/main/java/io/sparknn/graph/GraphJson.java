package io.sparknn.graph;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
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

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
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

  private static final RecordComponent[] NONE = {};

  private GraphJson() {}

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
      if (tree.isMissingNode()) {
        // Reads nothing, which is refused.
        return MAPPER.readValue(json, type);
      }
      for (JsonNode layer : tree.findParents("type")) {
        addAbsent(layer);
      }
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "this is no %s that this version of spark-nn knows: %s"
              .formatted(type.getSimpleName().toLowerCase(Locale.ROOT), e.getOriginalMessage()),
          e);
    }
  }

  /** Gives a layer of an earlier version the components that it did not have. */
  private static void addAbsent(JsonNode layer) throws JsonProcessingException {
    Class<?> type = LayerTypes.find(layer.get("type").asText());
    for (RecordComponent component : type == null ? NONE : type.getRecordComponents()) {
      Absent absent = component.getAnnotation(Absent.class);
      if (absent != null
          && layer instanceof ObjectNode fields
          && !fields.has(component.getName())) {
        fields.set(component.getName(), MAPPER.readTree(absent.value()));
      }
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "type")
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

    /** The record of a layer; null if there is none of that name. */
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
