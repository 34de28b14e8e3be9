package io.spillway.cli.topics;

import java.util.Map;

import io.spillway.contract.Topic.Partitioning;

/**
 * How large new topics are made.
 *
 * @param requestPartitions of requests and attempt results, for each lane; the most router tasks per lane
 * @param otherPartitions of topics that may have any number
 * @param replication copies of every partition; 0 for as many as there are brokers, at most 3
 */
public record TopicSizes(int requestPartitions, int otherPartitions, int replication) {

    /** Enough for a few instances of each application; more cost latency, because every commit touches them. */
    public static final int DEFAULT_PARTITIONS = 6;
    private static final int MOST_PARTITIONS = 10_000;
    private static final int USUAL_REPLICATION = 3;

    public TopicSizes {
        require("partitions", requestPartitions, 1, MOST_PARTITIONS);
        require("other partitions", otherPartitions, 1, MOST_PARTITIONS);
        require("replication", replication, 0, Short.MAX_VALUE);
    }

    public static TopicSizes defaults() {
        return new TopicSizes(DEFAULT_PARTITIONS, DEFAULT_PARTITIONS, 0);
    }

    /** As small as a local broker needs. */
    public static TopicSizes local(int partitions) {
        return new TopicSizes(partitions, partitions, 1);
    }

    int partitions(Partitioning partitioning) {
        return switch (partitioning) {
            case PER_REQUEST_PARTITION -> requestPartitions;
            case FREE -> otherPartitions;
            case SINGLE -> 1;
        };
    }

    short replication(int brokers) {
        return (short) (replication == 0 ? Math.min(USUAL_REPLICATION, brokers) : replication);
    }

    /** A record counts as written when all copies but one have it: one broker may fail without loss and without a halt. */
    Map<String, String> durability(int brokers) {
        int copies = replication(brokers);
        return copies < 2 ? Map.of() : Map.of("min.insync.replicas", Integer.toString(copies - 1));
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be between " + least + " and " + most + ", was " + value);
        }
    }
}
