package io.sparknn.spark;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file on any Hadoop file system that may be damaged, or written by a stranger: its length is
 * known before anything of it is believed.
 */
public record StoredFile(FileSystem files, Path path, long length) {

  private static final int BUFFER = 1 << 20;
  private static final int SHOWN = 400;

  /**
   * A file that is there.
   *
   * @throws FileNotFoundException if it is not
   * @throws IOException if it is a folder, or its file system cannot be reached
   */
  public static StoredFile of(Path path, Configuration conf) throws IOException {
    return of(path, path.getFileSystem(conf));
  }

  static StoredFile of(Path path, FileSystem files) throws IOException {
    FileStatus status = files.getFileStatus(path);
    if (status.isDirectory()) {
      throw new IOException("it is a folder where a file is expected");
    }
    return new StoredFile(files, path, status.getLen());
  }

  /** The file's bytes from the first on, buffered. */
  public InputStream open() throws IOException {
    int buffer = (int) Math.max(1, Math.min(BUFFER, length));
    return new BufferedInputStream(files.open(path), buffer);
  }

  /**
   * All of a text file.
   *
   * @param limit the greatest number of bytes that it may have
   * @throws IOException if it has more, is cut short, or is no text in UTF-8
   */
  public String text(int limit) throws IOException {
    if (length > limit) {
      throw new IOException(
          "it has %s bytes where at most %s are expected".formatted(length, limit));
    }
    byte[] bytes = new byte[(int) length];
    try (InputStream in = files.open(path)) {
      if (in.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new EOFException("it is cut short");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("it is no text in UTF-8", e);
    }
  }

  /**
   * The checksum (CRC32C) of the files that Spark has written into a folder.
   *
   * @throws FileNotFoundException if there is no such folder
   */
  public static String checksum(String folder, Configuration conf) throws IOException {
    Path path = new Path(folder);
    FileSystem files = path.getFileSystem(conf);
    List<Path> parts = new ArrayList<>();
    for (FileStatus file : files.listStatus(path)) {
      if (file.getPath().getName().startsWith("part-")) {
        parts.add(file.getPath());
      }
    }
    parts.sort(Comparator.comparing(Path::getName));
    CRC32C checksum = new CRC32C();
    for (Path part : parts) {
      try (InputStream in = new CheckedInputStream(of(part, files).open(), checksum)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    return Long.toHexString(checksum.getValue());
  }

  /** What Spark wraps where a task fails: the first of an exception's causes. */
  public static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** What an exception says, in one line that is not too long. */
  public static String sentence(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String line =
        message.strip().lines().findFirst().orElse("").replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
  }
}
