package io.spillway.load.drive;

import java.util.Set;

/**
 * Where a load goes and where its answers come from.
 *
 * @param attempts topics of interactive attempts, keyed by request id; empty when there are none
 */
public record Endpoint(String bootstrapServers, String requests, String batchRequests, String responses, Set<String> attempts) {

    public Endpoint {
        attempts = Set.copyOf(attempts);
    }
}
