package io.spillway.worker.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import io.spillway.worker.domain.ProxyExceptions;

/**
 * How the worker reaches the providers.
 *
 * @param connectionLifetime longest use of one connection, so that calls follow a name whose address changes
 * @param proxy for https calls; empty = direct connections, whatever the environment says
 * @param caFile PEM certificates trusted beside the JVM's own
 */
public record EgressConfig(Duration connectionLifetime, Optional<ProxyConfig> proxy, Optional<Path> caFile) {

    /** Direct connections, five minutes, the JVM's own trust. */
    public static final EgressConfig STANDARD = new EgressConfig(Duration.ofMinutes(5), Optional.empty(), Optional.empty());

    /**
     * An HTTP proxy.
     *
     * @param credential reference to {@code user:password}; empty = none is needed
     * @param exceptions hosts that are called directly
     */
    public record ProxyConfig(String host, int port, Optional<String> credential, ProxyExceptions exceptions) {}
}
