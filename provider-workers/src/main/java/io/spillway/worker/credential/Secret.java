package io.spillway.worker.credential;

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

    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
