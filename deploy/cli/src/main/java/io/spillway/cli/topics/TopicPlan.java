package io.spillway.cli.topics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.spillway.contract.Topic;
import io.spillway.contract.Topic.Partitioning;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/** Compares the topics that are wanted with those that exist. Pure: it asks nobody and changes nothing. */
final class TopicPlan {

    private static final String CLEANUP_POLICY = "cleanup.policy";

    private final Map<String, ExistingTopic> existing;
    private final TopicSizes sizes;
    /** Partition count by topic where another topic dictates it. */
    private final Map<String, Integer> dictated = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> drifts = new ArrayList<>();

    private TopicPlan(Map<String, ExistingTopic> existing, TopicSizes sizes) {
        this.existing = existing;
        this.sizes = sizes;
    }

    static TopicReport compare(Topics topics, Collection<? extends Topic<?>> wanted, Map<String, ExistingTopic> existing,
            TopicSizes sizes) {
        TopicPlan plan = new TopicPlan(existing, sizes);
        for (Lane lane : Topics.LANES) {
            plan.pair(topics.requests(lane).name(), topics.attemptResults(lane).name());
        }
        List<TopicReport.Line> missing = new ArrayList<>();
        List<TopicReport.Line> found = new ArrayList<>();
        for (Topic<?> topic : wanted) {
            ExistingTopic there = existing.get(topic.name());
            if (there == null) {
                missing.add(new TopicReport.Line(topic.name(), plan.partitions(topic)));
            } else {
                found.add(new TopicReport.Line(topic.name(), there.partitions()));
                plan.verify(topic, there);
            }
        }
        return new TopicReport(missing, found, plan.drifts, plan.problems);
    }

    /** The task that owns a request reads the same partition of both. */
    private void pair(String requests, String results) {
        ExistingTopic first = existing.get(requests);
        ExistingTopic second = existing.get(results);
        if (first != null && second != null && first.partitions() != second.partitions()) {
            problems.add(requests + " has " + first.partitions() + " partitions and " + results + " has " + second.partitions()
                    + ": they must be equal, because the router task that owns a request reads both; stop the router and add "
                    + "partitions to the smaller one with kafka-topics --alter");
        } else if (first != null) {
            dictated.put(results, first.partitions());
        } else if (second != null) {
            dictated.put(requests, second.partitions());
        }
    }

    private int partitions(Topic<?> topic) {
        return dictated.getOrDefault(topic.name(), sizes.partitions(topic.partitioning()));
    }

    private void verify(Topic<?> topic, ExistingTopic there) {
        if (topic.partitioning() == Partitioning.SINGLE && there.partitions() != 1) {
            problems.add(topic.name() + " has " + there.partitions() + " partitions: it must have exactly 1, because its "
                    + "readers need one order; delete it and run `spillway topics` and `spillway apply` again");
        }
        new TreeMap<>(topic.config()).forEach((key, wanted) -> {
            String actual = there.config().getOrDefault(key, "");
            if (actual.equals(wanted)) {
                return;
            }
            String words = topic.name() + ": " + key + " is " + (actual.isEmpty() ? "not set" : actual) + ", expected " + wanted;
            if (key.equals(CLEANUP_POLICY) && wanted.equals("compact")) {
                problems.add(words + ": the table would be lost; set it with kafka-configs --alter --topic " + topic.name()
                        + " --add-config cleanup.policy=compact");
            } else {
                drifts.add(words);
            }
        });
    }
}
