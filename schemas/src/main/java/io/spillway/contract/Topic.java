package io.spillway.contract;

import java.util.Map;

/**
 * One topic of the catalogue.
 *
 * @param name full name, prefix included
 * @param valueType class of the Avro value; {@code byte[]} where values are of several formats
 * @param partitioning how its partition count is chosen
 * @param config topic configuration set at creation; replication settings come from the operator
 * @param <V> type of the value
 */
public record Topic<V>(String name, Class<V> valueType, Partitioning partitioning, Map<String, String> config) {

    /** How many partitions a topic gets. */
    public enum Partitioning {
        /** The same count as the lane's requests: the router task that owns a request reads both. */
        PER_REQUEST_PARTITION,
        /** Its own configurable count. */
        FREE,
        /** Exactly one: readers want one order. */
        SINGLE
    }

    public Topic {
        config = Map.copyOf(config);
    }

    @Override
    public String toString() {
        return name;
    }
}
