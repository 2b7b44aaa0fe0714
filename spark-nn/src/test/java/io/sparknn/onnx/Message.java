package io.sparknn.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A Protocol Buffers message read by the numbers of its fields, as {@code onnx.proto} has them. */
record Message(UnknownFieldSet fields) {

  static Message of(ByteString bytes) {
    try {
      return new Message(UnknownFieldSet.parseFrom(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Field field(int number) {
    return fields.getField(number);
  }

  List<Message> messages(int number) {
    return field(number).getLengthDelimitedList().stream().map(Message::of).toList();
  }

  /** A message within this one; an empty one if there is none. */
  Message message(int number) {
    return messages(number).stream().findFirst().orElse(of(ByteString.EMPTY));
  }

  List<String> strings(int number) {
    return field(number).getLengthDelimitedList().stream().map(ByteString::toStringUtf8).toList();
  }

  String string(int number) {
    return strings(number).stream().findFirst().orElse("");
  }

  ByteString bytes(int number) {
    return field(number).getLengthDelimitedList().stream().findFirst().orElse(ByteString.EMPTY);
  }

  /** A whole number; 0 if there is none. */
  long integer(int number) {
    return field(number).getVarintList().stream().findFirst().orElse(0L);
  }

  /** Whole numbers, packed or not. */
  List<Long> integers(int number) {
    List<Long> values = new ArrayList<>(field(number).getVarintList());
    values.addAll(packed(number, CodedInputStream::readInt64));
    return values;
  }

  /** Numbers of single precision, packed or not. */
  List<Float> floats(int number) {
    List<Float> values = new ArrayList<>();
    field(number).getFixed32List().forEach(bits -> values.add(Float.intBitsToFloat(bits)));
    values.addAll(packed(number, CodedInputStream::readFloat));
    return values;
  }

  private interface Reader<T> {
    T read(CodedInputStream in) throws IOException;
  }

  private <T> List<T> packed(int number, Reader<T> reader) {
    List<T> values = new ArrayList<>();
    try {
      for (ByteString bytes : field(number).getLengthDelimitedList()) {
        CodedInputStream in = bytes.newCodedInput();
        while (!in.isAtEnd()) {
          values.add(reader.read(in));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }
}
