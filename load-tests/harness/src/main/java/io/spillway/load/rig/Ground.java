package io.spillway.load.rig;

import java.util.Optional;

/** The Kafka cluster a rig stands on. */
public sealed interface Ground {

    /** One broker inside this process. */
    record Inside() implements Ground {}

    /**
     * Brokers as processes that can be killed: a {@link Cluster}.
     *
     * @param fileLimit KiB beyond which the files of the last broker cannot grow; 0 = no limit
     */
    record Own(int fileLimit) implements Ground {}

    /**
     * Somebody else's cluster. Topics are made there by the same code as {@code spillway topics}, under a prefix of this run's own, and
     * deleted at the end.
     */
    record Foreign(String bootstrapServers) implements Ground {}

    /**
     * What the command line asks for.
     *
     * @throws IllegalArgumentException when that cannot be had; says what can
     */
    public static Optional<Ground> of(Optional<Integer> brokers, Optional<String> bootstrapServers) {
        if (bootstrapServers.isPresent()) {
            if (brokers.isPresent()) {
                throw new IllegalArgumentException("--brokers and --bootstrap exclude each other: choose one");
            }
            return Optional.of(new Foreign(bootstrapServers.get()));
        }
        return brokers.map(count -> switch ((int) count) {
            case 1 -> new Inside();
            case Cluster.SIZE -> new Own(0);
            default -> throw new IllegalArgumentException("--brokers must be 1 or " + Cluster.SIZE + ", was " + count);
        });
    }
}
