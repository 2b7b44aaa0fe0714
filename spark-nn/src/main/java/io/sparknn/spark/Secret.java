package io.sparknn.spark;

import java.io.Serializable;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the processes of one barrier stage know and nobody else: it travels with their tasks. It
 * shows itself to no one; that a process knows it is proved by an HMAC over random bytes of both
 * ends.
 */
final class Secret implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The number of bytes of a secret, of a nonce and of a proof. */
  static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key = nonce();

  /** Bytes that nobody can foretell. */
  static byte[] nonce() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /**
   * The proof that an end of a connection knows the secret.
   *
   * @param client whether it is the end that has connected
   * @param clientNonce random bytes of that end
   * @param serverNonce random bytes of the other end
   */
  byte[] proof(boolean client, byte[] clientNonce, byte[] serverNonce) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update((byte) (client ? 1 : 2));
      mac.update(clientNonce);
      mac.update(serverNonce);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
    }
  }

  /** Whether proofs are equal, in a time that does not tell where they differ. */
  static boolean isSame(byte[] a, byte[] b) {
    return MessageDigest.isEqual(Objects.requireNonNull(a), Objects.requireNonNull(b));
  }

  @Override
  public String toString() {
    return "a secret";
  }
}
