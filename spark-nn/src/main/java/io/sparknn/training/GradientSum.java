package io.sparknn.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparknn.graph.Gradient;
import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.tensor.ExactSums;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/** Sums over rows, which add up exactly whatever the partitioning. Not thread-safe. */
public final class GradientSum implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What is written besides the gradient and the problem. */
  public static final int FIGURE_BYTES = 8 * Double.BYTES + Integer.BYTES + Short.BYTES + 2;

  /** So many characters of a problem travel, of at most 3 bytes each. */
  private static final int PROBLEM_LENGTH = 5_000;

  /** The greatest number of bytes of a problem on its way. */
  public static final int PROBLEM_BYTES = 3 * PROBLEM_LENGTH;

  /** Null when there were no rows. */
  private Gradient gradient;

  private double loss;
  private double metric;
  private double weight;
  private long rows;

  /** What the pass needs the sum of over all replicas to go on; null if it came to its end. */
  private ExactSums pending;

  /** What is wrong with the rows, in a sentence; null if nothing is. */
  private String problem;

  // Times in nanoseconds.
  private long slowest;
  private long busy;
  private int replicas;
  private long receiving;
  private long adding;
  private long broadcast;
  private long aggregation;
  private long scheduling;

  /** Stands for a pass that cannot go on before it knows a sum over all replicas. */
  public static GradientSum pending(ExactSums own) {
    GradientSum sum = new GradientSum();
    sum.pending = own;
    return sum;
  }

  /** Stands for rows that could not be added up, for a reason that is one sentence. */
  public static GradientSum failed(String problem) {
    GradientSum sum = new GradientSum();
    sum.problem = problem;
    return sum;
  }

  /** Takes over what a pass cannot go on without. */
  void wait(ExactSums own) {
    gradient = null;
    if (pending == null) {
      pending = own;
    } else {
      pending.add(own);
    }
  }

  /** What passes need the sum of to go on; null if all came to their end. */
  public ExactSums pending() {
    return pending;
  }

  /**
   * Adds a batch.
   *
   * @param gradient the gradient of the weighted sum of losses, kept and not copied; null if only
   *     the loss is of interest
   */
  void add(Gradient gradient, Evaluation evaluation, double weight, long rows) {
    addGradient(gradient);
    loss += evaluation.loss();
    metric += evaluation.metric();
    this.weight += weight;
    this.rows += rows;
  }

  /** Adds the figures of a batch, but not its gradient. */
  void addFigures(GradientSum batch, double penalty) {
    loss += batch.loss + penalty * batch.weight;
    metric += batch.metric;
    weight += batch.weight;
    rows += batch.rows;
    slowest += batch.slowest;
    busy += batch.busy;
    replicas = batch.replicas;
  }

  /** Takes over what is added up in place of a gradient. */
  void take(Gradient numbers) {
    gradient = numbers;
  }

  /** Notes how long one partition's replica took, in nanoseconds. */
  void took(long nanos) {
    slowest = Math.max(slowest, nanos);
    busy += nanos;
    replicas++;
  }

  /** Notes how long the task of one partition waited for its weights, in nanoseconds. */
  public void received(long nanos) {
    receiving = nanos;
  }

  /**
   * Notes where the time of the whole sum went apart from computing, in nanoseconds.
   *
   * @param broadcast besides what the tasks waited for
   */
  public void spent(long broadcast, long aggregation, long scheduling) {
    this.broadcast = receiving + Math.max(0, broadcast);
    this.aggregation = Math.max(0, aggregation);
    this.scheduling = Math.max(0, scheduling);
  }

  /** The time of the whole sum, of which the driver knows nothing else. */
  Times times(double seconds) {
    double mean = replicas == 0 ? 0 : (double) busy / replicas / 1e9;
    double[] parts = {
      mean, slowest / 1e9 - mean, broadcast / 1e9, aggregation / 1e9, scheduling / 1e9
    };
    // One replica computes while another one still receives: together they may exceed the time.
    double left = seconds;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Math.min(parts[i], left);
      left -= parts[i];
    }
    return new Times(parts[0], parts[1], parts[2], parts[3], parts[4], left);
  }

  /** Adds another sum, and returns this one. */
  public GradientSum add(GradientSum other) {
    long began = System.nanoTime();
    addGradient(other.gradient);
    if (other.pending != null) {
      wait(other.pending);
    }
    loss += other.loss;
    metric += other.metric;
    weight += other.weight;
    rows += other.rows;
    problem = problem == null ? other.problem : problem;
    slowest = Math.max(slowest, other.slowest);
    busy += other.busy;
    replicas += other.replicas;
    receiving = Math.max(receiving, other.receiving);
    adding = Math.max(adding, other.adding) + System.nanoTime() - began;
    return this;
  }

  private void addGradient(Gradient other) {
    if (gradient == null) {
      gradient = other;
    } else if (other != null) {
      gradient.add(other);
    }
  }

  /** The number of bytes that {@link #write} writes. */
  public long bytes() {
    return FIGURE_BYTES
        + encoded().length
        + (pending == null ? 0 : pending.bytes())
        + (gradient == null ? 0 : gradient.bytes());
  }

  /** Writes the sums, to be read by {@link #read}. */
  public void write(ByteBuffer to) {
    to.putDouble(loss).putDouble(metric).putDouble(weight).putLong(rows);
    to.putLong(slowest).putLong(busy).putInt(replicas).putLong(receiving).putLong(adding);
    byte[] text = encoded();
    to.putShort((short) text.length).put(text);
    to.put((byte) (pending == null ? 0 : 1));
    if (pending != null) {
      pending.write(to);
    }
    to.put((byte) (gradient == null ? 0 : 1));
    if (gradient != null) {
      gradient.write(to);
    }
  }

  private byte[] encoded() {
    String text = problem == null ? "" : problem;
    return text.substring(0, Math.min(text.length(), PROBLEM_LENGTH)).getBytes(UTF_8);
  }

  /**
   * Reads sums.
   *
   * @param memory gives a gradient of the network, to be written over
   */
  public static GradientSum read(ByteBuffer from, Supplier<Gradient> memory) {
    GradientSum sum = new GradientSum();
    sum.loss = from.getDouble();
    sum.metric = from.getDouble();
    sum.weight = from.getDouble();
    sum.rows = from.getLong();
    sum.slowest = from.getLong();
    sum.busy = from.getLong();
    sum.replicas = from.getInt();
    sum.receiving = from.getLong();
    sum.adding = from.getLong();
    short length = from.getShort();
    if (length > 0) {
      byte[] text = new byte[length];
      from.get(text);
      sum.problem = new String(text, UTF_8);
    }
    if (from.get() != 0) {
      sum.pending = ExactSums.read(from);
    }
    if (from.get() != 0) {
      sum.gradient = memory.get();
      sum.gradient.read(from);
    }
    return sum;
  }

  /** The gradient of the weighted sum; null when there were no rows. */
  public Gradient gradient() {
    return gradient;
  }

  /** What is wrong with the rows, in a sentence; null if nothing is. */
  public String problem() {
    return problem;
  }

  public double loss() {
    return loss;
  }

  public double metric() {
    return metric;
  }

  /** The sum of the rows' weights. */
  public double weight() {
    return weight;
  }

  public long rows() {
    return rows;
  }

  /** The time that the slowest partition's replica took, in nanoseconds. */
  public long slowest() {
    return slowest;
  }

  /** The greatest time that a task waited for its weights, in nanoseconds. */
  public long receiving() {
    return receiving;
  }

  /** The time that additions took which waited for each other, in nanoseconds. */
  public long adding() {
    return adding;
  }
}
