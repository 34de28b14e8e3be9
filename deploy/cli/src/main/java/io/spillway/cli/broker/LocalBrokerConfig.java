package io.spillway.cli.broker;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Where a local broker keeps its data and where it listens.
 *
 * @param dataDirectory kept when the broker stops and used again by the next start; null for a temporary directory that is
 *            deleted when the broker stops
 * @param port where clients connect on 127.0.0.1; 0 for any free port
 * @param controllerPort port of the controller on 127.0.0.1; 0 for any free port
 */
public record LocalBrokerConfig(@Nullable Path dataDirectory, int port, int controllerPort) {

    /** Kafka's usual port. */
    public static final int DEFAULT_PORT = 9092;

    public LocalBrokerConfig {
        requirePort("port", port);
        requirePort("controllerPort", controllerPort);
        if (port != 0 && port == controllerPort) {
            throw new IllegalArgumentException("port and controllerPort are both " + port + ": choose two, or 0 for a free one");
        }
    }

    /** On any free port, gone without a trace when closed. */
    public static LocalBrokerConfig temporary() {
        return new LocalBrokerConfig(null, 0, 0);
    }

    /** On the given port, with data that outlives the broker. */
    public static LocalBrokerConfig keptIn(Path dataDirectory, int port) {
        return new LocalBrokerConfig(dataDirectory, port, 0);
    }

    private static void requirePort(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(name + " must be between 0 and 65535, was " + port);
        }
    }
}
