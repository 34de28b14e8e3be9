package io.spillway.cli.explain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.spillway.contract.Topics;

/** What to say when a request is unknown: where it was looked for, and what may be wrong. */
final class Unfound {

    private Unfound() {}

    static List<String> lines(String requestId, Topics topics, DecisionReader.Found found, Optional<Instant> since) {
        String topic = topics.decisions().name();
        if (found.partitions() == 0) {
            return List.of("topic " + topic + " does not exist: is the prefix right (--prefix), and did 'spillway topics' run?");
        }
        String partitions = found.searched().stream().map(String::valueOf).collect(Collectors.joining(", "));
        String retention = Words
                .duration(Duration.ofMillis(Long.parseLong(topics.decisions().config().getOrDefault("retention.ms", "0"))));
        boolean everywhere = found.searched().size() == found.partitions();
        return List.of(
                "no decision about request '" + requestId + "'",
                "looked at " + found.records() + " records of " + topic + ", partition " + partitions + " of "
                        + found.partitions()
                        + since.map(from -> ", since " + from).orElse(", from the earliest"),
                "possible reasons:",
                "  - the id is not exactly this one: without the header spillway-request-id it is derived from topic, partition and offset",
                "  - it is not accepted yet: is the router running, and is it behind on the requests topic?",
                "  - it was refused as unreadable: look into " + topics.dlq().name(),
                "  - its decisions have expired: they are kept for " + retention + " unless the topic says otherwise",
                everywhere
                        ? "  - the topics have another prefix than '" + topics.prefix() + "'"
                        : "  - the topic had another number of partitions when it was decided: try --all-partitions");
    }
}
