package io.spillway.health.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.Topic;
import io.spillway.contract.Topic.Partitioning;
import io.spillway.contract.Topics;

/** What must be true of the cluster before the aggregator may start. */
final class StartupChecks {

    private static final Logger LOGGER = LoggerFactory.getLogger(StartupChecks.class);
    private static final int PATIENCE_SECONDS = 30;
    private static final String BROKER_TIME = "LogAppendTime";

    private final Admin admin;
    private final Topics topics;

    StartupChecks(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /** @throws IllegalStateException naming every missing or unfit topic, or that Kafka does not answer */
    void run() {
        List<String> problems = new ArrayList<>();
        for (Topic<?> topic : List.of(topics.telemetry(), topics.deploymentState(), topics.catalog(), topics.dlq())) {
            int found = partitions(topic.name());
            if (found == 0) {
                problems.add("topic " + topic.name() + " does not exist");
            } else if (topic.partitioning() == Partitioning.SINGLE && found != 1) {
                problems.add("topic " + topic.name() + " has " + found + " partitions, it must have 1");
            }
        }
        if (problems.isEmpty()) {
            timestampType(topics.telemetry().name()).filter(type -> !type.equals(BROKER_TIME))
                    .ifPresent(type -> problems.add("topic " + topics.telemetry().name() + " has "
                            + TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG
                            + "=" + type + ", it must be " + BROKER_TIME + ": results would be counted by the workers' clocks"));
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException(
                    "the topics are not ready: " + String.join("; ", problems)
                            + ". Create or correct them with 'spillway topics'.");
        }
    }

    private int partitions(String topic) {
        try {
            TopicDescription description = answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
            return description == null ? 0 : description.partitions().size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw new IllegalStateException("could not look at topic " + topic + ": " + e.getCause(), e);
        }
    }

    /** Empty when the aggregator may not look at configurations. */
    private Optional<String> timestampType(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config config = answer(admin.describeConfigs(List.of(resource)).all()).get(resource);
            return Optional.ofNullable(config).map(found -> found.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG))
                    .map(ConfigEntry::value);
        } catch (ExecutionException e) {
            LOGGER.atWarn().addKeyValue("topic", topic).addKeyValue("error", String.valueOf(e.getCause()))
                    .log("could not check that the topic is stamped by the broker");
            return Optional.empty();
        }
    }

    private static <T> T answer(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka did not answer within " + PATIENCE_SECONDS
                    + " s: check bootstrap.servers and that the broker runs", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
