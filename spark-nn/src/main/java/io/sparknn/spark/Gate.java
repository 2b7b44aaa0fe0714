package io.sparknn.spark;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.protocol.Message;

/**
 * Stands before all other handlers of a connection whose other end has not proved yet that it knows
 * the secret: lets a few bytes pass, for a few seconds, if they begin like a message of the
 * handshake. Spark's own handlers would wait for ever, and for messages of up to 2 GB.
 */
final class Gate extends ChannelInboundHandlerAdapter {

  /** More than the messages of the handshake have. */
  private static final int GREATEST_MESSAGE = 128;

  private static final int GREATEST_TOTAL = 4 * GREATEST_MESSAGE;
  private static final long SECONDS = 10;

  /** The first bytes of a message: its size, then its type. */
  private static final int PREFIX = Long.BYTES + 1;

  private final Message.Type expected;
  private long size;
  private int seen;
  private long total;
  private boolean isOpen;
  private Future<?> timer;

  /** A gate for first messages of a type. */
  Gate(Message.Type expected) {
    this.expected = expected;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer = context.executor().schedule(() -> context.close(), SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    timer.cancel(false);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    timer.cancel(false);
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (isOpen || passes((ByteBuf) message)) {
      context.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
      context.close();
    }
  }

  private boolean passes(ByteBuf bytes) {
    for (int i = bytes.readerIndex(); i < bytes.writerIndex() && seen < PREFIX; i++) {
      byte next = bytes.getByte(i);
      if (seen < Long.BYTES) {
        size = size << Byte.SIZE | (next & 0xff);
      } else if (next != expected.id()) {
        return false;
      }
      seen++;
    }
    boolean isSized = seen < Long.BYTES || (size > PREFIX && size <= GREATEST_MESSAGE);
    total += bytes.readableBytes();
    return isSized && total <= GREATEST_TOTAL;
  }

  /** Lets everything pass from now on; called on the connection's thread. */
  void open() {
    isOpen = true;
    timer.cancel(false);
  }
}
