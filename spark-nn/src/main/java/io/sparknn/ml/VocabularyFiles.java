package io.sparknn.ml;

import io.sparknn.spark.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The words of a {@link TokenIndexerModel} by their ids, as Parquet in a folder of the model's. */
record VocabularyFiles(String path, SparkSession session) {

  private static final String FOLDER = "vocabulary";

  /**
   * Writes the words.
   *
   * @return the checksum of what was written, by the folder's name
   */
  Map<String, String> write(List<String> vocabulary) throws IOException {
    TokenIndexerModel.words(session, vocabulary).coalesce(1).write().parquet(folder());
    return Map.of(FOLDER, checksum());
  }

  private String folder() {
    return path + "/" + FOLDER;
  }

  private String checksum() throws IOException {
    return StoredFile.checksum(folder(), session.sparkContext().hadoopConfiguration());
  }

  /**
   * Reads the words.
   *
   * @param checksums that the model's metadata has, by folder; an earlier version's has none
   * @throws IOException if a file is missing or damaged: one sentence that names the folder
   */
  List<String> read(Map<String, String> checksums) throws IOException {
    try {
      String expected = checksums.get(FOLDER);
      if (expected != null && !expected.equals(checksum())) {
        throw new IOException("its checksum does not match");
      }
      List<Row> rows = session.read().parquet(folder()).select("id", "word").collectAsList();
      return words(rows);
    } catch (FileNotFoundException e) {
      throw new IOException("cannot load %s: there is no file %s".formatted(path, folder()), e);
    } catch (Exception e) {
      throw new IOException(
          "cannot load %s: %s is damaged: %s"
              .formatted(path, folder(), StoredFile.sentence(StoredFile.root(e))),
          e);
    }
  }

  /** Each word at its id. */
  private static List<String> words(List<Row> rows) throws IOException {
    String[] words = new String[rows.size()];
    for (Row row : rows) {
      int id = row.isNullAt(0) ? -1 : row.getInt(0);
      if (id < 0 || id >= words.length || words[id] != null || row.isNullAt(1)) {
        throw new IOException("its ids must be 0, 1, ..., each with a word");
      }
      words[id] = row.getString(1);
    }
    List<String> vocabulary = List.of(words);
    boolean startsWell =
        vocabulary.size() >= TokenIndexerModel.RESERVED
            && vocabulary
                .subList(0, TokenIndexerModel.RESERVED)
                .equals(TokenIndexerModel.RESERVED_WORDS);
    if (!startsWell || new HashSet<>(vocabulary).size() < vocabulary.size()) {
      throw new IOException(
          "its words must be those of padding and of unknown words, then others, each once");
    }
    return vocabulary;
  }
}
