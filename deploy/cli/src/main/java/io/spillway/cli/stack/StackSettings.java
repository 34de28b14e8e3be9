package io.spillway.cli.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a local stack consists of.
 *
 * @param dataDirectory where data is kept; empty = a temporary directory that goes with the stack
 * @param brokerPort 0 for any free port
 * @param registryPort 0 for any free port
 * @param partitions partitions of every topic that has more than one
 * @param parts which applications run inside
 * @param router further settings of the router, by its own keys
 * @param drain how long running calls may finish when the stack stops
 */
public record StackSettings(Optional<Path> dataDirectory, int brokerPort, int registryPort, int partitions, Set<Part> parts,
        Map<String, String> router, Duration drain) {

    /** The applications a stack can run. */
    public enum Part {
        ROUTER, HEALTH_AGGREGATOR, WORKER
    }

    public StackSettings {
        parts = Set.copyOf(parts);
        router = Map.copyOf(router);
    }

    /** Any free ports, nothing kept. */
    public static StackSettings temporary() {
        return new StackSettings(Optional.empty(), 0, 0, 4, EnumSet.allOf(Part.class), Map.of(), Duration.ofSeconds(10));
    }

    /** The same with other parts. */
    public StackSettings withParts(Set<Part> other) {
        return new StackSettings(dataDirectory, brokerPort, registryPort, partitions, other, router, drain);
    }

    /** The same with further router settings. */
    public StackSettings withRouter(Map<String, String> other) {
        return new StackSettings(dataDirectory, brokerPort, registryPort, partitions, parts, other, drain);
    }
}
