package io.spillway.cli.submit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 and its first 64 bits. Two of a million lines share those with a probability of 3 in 10^8. */
final class Hashes {

    private Hashes() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    static long of(String text) {
        return first(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Of what is asked under a custom_id: another body is another hash. */
    static long of(String customId, String body) {
        MessageDigest digest = sha256();
        digest.update(customId.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return first(digest.digest(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static long first(byte[] hash) {
        return ByteBuffer.wrap(hash).getLong();
    }
}
