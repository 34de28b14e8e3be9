package io.spillway.worker.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A secret value that cannot be printed. {@link #reveal()} is for the moment a header is written, and nothing else. */
public final class Secret {

    private static final Secret NONE = new Secret("");

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return value.isEmpty() ? NONE : new Secret(value);
    }

    /** No credential: for providers that need none. */
    public static Secret none() {
        return NONE;
    }

    public boolean isNone() {
        return value.isEmpty();
    }

    /** Whether both hold the same value; takes the same time wherever they differ. */
    public boolean isSame(Secret other) {
        return MessageDigest.isEqual(value.getBytes(StandardCharsets.UTF_8), other.value.getBytes(StandardCharsets.UTF_8));
    }

    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
