package io.spillway.worker.http;

import java.time.Duration;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * What all calls have in common.
 *
 * @param connect longest name look-up, and longest connection attempt; calls may ask for less
 * @param maxBodyBytes most bytes of a response body, before and after decompression
 * @param maxConnections most connections at once, in total and to one host: at least the sum of all limiters, so that a call
 *     with a permit never waits for a connection
 * @param tls trust and keys; the JVM's own when empty
 */
public record HttpSettings(Duration connect, long maxBodyBytes, int maxConnections, Optional<SSLContext> tls) {

    /** Connect within 5 s, 16 MiB, 20,000 connections, the JVM's trust store. */
    public static HttpSettings standard() {
        return new HttpSettings(Duration.ofSeconds(5), 16L * 1024 * 1024, 20_000, Optional.empty());
    }
}
