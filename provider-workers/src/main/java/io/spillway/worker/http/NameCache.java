package io.spillway.worker.http;

import java.security.Security;

import org.jspecify.annotations.Nullable;

/** How long the JVM believes an answer of DNS. */
public final class NameCache {

    private static final String TTL = "networkaddress.cache.ttl";
    private static final int LONGEST_SECONDS = 30;

    private NameCache() {}

    /**
     * Bounds it to 30 s; a shorter time set by the operator stays. To be called before the first look-up of the process:
     * afterwards the JVM does not read it again.
     */
    public static void limit() {
        if (!isShortEnough(Security.getProperty(TTL))) {
            Security.setProperty(TTL, Integer.toString(LONGEST_SECONDS));
        }
    }

    /** Negative means for ever. */
    private static boolean isShortEnough(@Nullable String seconds) {
        try {
            int ttl = seconds == null ? LONGEST_SECONDS + 1 : Integer.parseInt(seconds.strip());
            return ttl >= 0 && ttl <= LONGEST_SECONDS;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
