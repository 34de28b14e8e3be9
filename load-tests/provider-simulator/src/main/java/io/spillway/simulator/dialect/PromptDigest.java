package io.spillway.simulator.dialect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Counts and hashes the texts of a prompt, and keeps the beginning of the last thing the user said. */
final class PromptDigest {

    private static final int KEPT_CHARS = 400;

    private final MessageDigest digest = sha256();
    private int messages;
    private int chars;
    private String role = "";
    private String lastUserText = "";

    void startMessage(String newRole) {
        messages++;
        role = newRole;
        digest.update(newRole.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    void text(String text) {
        chars += text.length();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        if (role.equals("user")) {
            lastUserText = text.length() <= KEPT_CHARS ? text : text.substring(0, KEPT_CHARS);
        }
    }

    /** Things that cost tokens and are no text: images, audio, tool definitions. */
    void weight(int asManyChars) {
        chars += asManyChars;
    }

    int messages() {
        return messages;
    }

    int chars() {
        return chars;
    }

    String lastUserText() {
        return lastUserText;
    }

    String lastRole() {
        return role;
    }

    long hash() {
        return ByteBuffer.wrap(digest.digest()).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256; use a standard JDK", e);
        }
    }
}
