package io.sparknn.spark;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.util.LineReader;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Lines of text files on any Hadoop file system, compressed or not. One that is longer than any
 * good one is refused as soon as that is known; Hadoop's own format would gather all of it, or drop
 * it without a word.
 */
public final class TextLines extends FileInputFormat<LongWritable, Text> {

  private static final int MAX_BYTES = 1 << 24;

  /**
   * The lines of files.
   *
   * @param path a file or folder, or a pattern of such
   */
  public static JavaRDD<String> read(JavaSparkContext context, String path) {
    return context
        .newAPIHadoopFile(
            path, TextLines.class, LongWritable.class, Text.class, context.hadoopConfiguration())
        .map(line -> line._2.toString());
  }

  @Override
  protected boolean isSplitable(JobContext context, Path file) {
    return codec(context.getConfiguration(), file) == null;
  }

  private static CompressionCodec codec(Configuration conf, Path file) {
    return new CompressionCodecFactory(conf).getCodec(file);
  }

  @Override
  public RecordReader<LongWritable, Text> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new Lines();
  }

  /** The lines that begin in a split, the first one of a file aside those that end in the next. */
  private static final class Lines extends RecordReader<LongWritable, Text> {
    private final LongWritable key = new LongWritable();
    private final Text line = new Text();
    private Path path;
    private LineReader reader;
    private long start;
    private long at;
    private long end;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
      FileSplit part = (FileSplit) split;
      Configuration conf = context.getConfiguration();
      path = part.getPath();
      CompressionCodec codec = codec(conf, path);
      FSDataInputStream file = path.getFileSystem(conf).open(path);
      InputStream in = file;
      start = part.getStart();
      end = start + part.getLength();
      if (codec != null) {
        in = codec.createInputStream(file);
        end = Long.MAX_VALUE;
      } else {
        file.seek(start);
      }
      at = start;
      reader = new LineReader(in, conf);
      if (start > 0) {
        // It belongs to the split before.
        at += reader.readLine(line, 0, Integer.MAX_VALUE);
      }
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      if (at > end) {
        return false;
      }
      key.set(at);
      int bytes = reader.readLine(line, MAX_BYTES, MAX_BYTES);
      at += bytes;
      if (line.getLength() >= MAX_BYTES || bytes >= MAX_BYTES) {
        throw new BadValueException(
            "the line of %s that begins at byte %s is longer than %s bytes: check that it is text, with a line for each entry"
                .formatted(path, key, MAX_BYTES));
      }
      return bytes > 0;
    }

    @Override
    public LongWritable getCurrentKey() {
      return key;
    }

    @Override
    public Text getCurrentValue() {
      return line;
    }

    @Override
    public float getProgress() {
      return end == Long.MAX_VALUE
          ? 0
          : Math.min(1f, (at - start) / (float) Math.max(1, end - start));
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
