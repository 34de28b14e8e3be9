package io.spillway.worker.provider.mistral;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** Ids of tool calls as Mistral takes them: nine letters and digits. The same id always becomes the same other one. */
final class CallIds {

    private static final int LENGTH = 9;
    private static final Pattern OWN = Pattern.compile("[A-Za-z0-9]{" + LENGTH + "}");
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private CallIds() {}

    static String of(String id) {
        if (OWN.matcher(id).matches()) {
            return id;
        }
        long hash = hash(id);
        StringBuilder own = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            own.append(ALPHABET.charAt((int) Long.remainderUnsigned(hash, ALPHABET.length())));
            hash = Long.divideUnsigned(hash, ALPHABET.length());
        }
        return own.toString();
    }

    private static long hash(String id) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8))).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256; use a standard JDK", e);
        }
    }
}
