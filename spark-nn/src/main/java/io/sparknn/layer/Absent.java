package io.sparknn.layer;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value, as JSON, of a component that layers saved by earlier versions do not have: what these
 * did.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Absent {
  /** The value, as JSON. */
  String value();
}
