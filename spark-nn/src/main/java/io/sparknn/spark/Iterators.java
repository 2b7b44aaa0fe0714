package io.sparknn.spark;

import java.util.Iterator;
import java.util.function.Function;

/** Lazy iterators. */
final class Iterators {
  private Iterators() {}

  /** The images of an iterator's elements, computed as they are asked for. */
  static <A, B> Iterator<B> map(Iterator<A> elements, Function<A, B> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public B next() {
        return function.apply(elements.next());
      }
    };
  }
}
