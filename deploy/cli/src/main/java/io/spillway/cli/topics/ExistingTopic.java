package io.spillway.cli.topics;

import java.util.Map;

/** A topic as the cluster has it. */
record ExistingTopic(String name, int partitions, Map<String, String> config) {

    ExistingTopic {
        config = Map.copyOf(config);
    }
}
