package io.spillway.router.topology;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A record on its way out: one sink writes them all, so topic and partition travel with the value.
 *
 * @param topic must exist; a missing topic would block the stream thread
 * @param partition empty = by key
 */
record Outgoing(String topic, OptionalInt partition, byte[] value) {

    /** The partition asked for, if the topic has it. One it lacks would stop the stream thread; the key decides instead. */
    Optional<Set<Integer>> partition(int partitions) {
        return partition.isPresent() && partition.getAsInt() >= 0 && partition.getAsInt() < partitions
                ? Optional.of(Set.of(partition.getAsInt()))
                : Optional.empty();
    }
}
