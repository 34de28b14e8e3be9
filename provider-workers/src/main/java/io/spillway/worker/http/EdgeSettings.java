package io.spillway.worker.http;

import java.time.Duration;
import java.util.Optional;

/**
 * How connections leave the worker.
 *
 * @param connectionLifetime longest use of one connection: afterwards a new one is opened, to an address that DNS names then
 * @param proxy for https calls; none by default, whatever the environment says
 */
public record EdgeSettings(Duration connectionLifetime, Optional<ProxySettings> proxy) {

    /** Direct connections, used for five minutes at most. */
    public static EdgeSettings standard() {
        return new EdgeSettings(Duration.ofMinutes(5), Optional.empty());
    }
}
