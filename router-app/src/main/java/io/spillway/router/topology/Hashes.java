package io.spillway.router.topology;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

import org.jspecify.annotations.Nullable;

/** SHA-256, by which two bodies are told apart. */
final class Hashes {

    private Hashes() {}

    static byte[] sha256(byte @Nullable [] value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value == null ? new byte[0] : value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static ByteBuffer buffer(byte[] value) {
        return ByteBuffer.wrap(sha256(value));
    }
}
