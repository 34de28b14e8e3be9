package io.spillway.router.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/** What must be true of the cluster before the router may start. */
final class StartupChecks {

    private static final Logger LOGGER = LoggerFactory.getLogger(StartupChecks.class);
    private static final int PATIENCE_SECONDS = 30;
    /** Since this version a transaction cannot be torn by a late producer (KIP-890). */
    private static final short SAFE_TRANSACTIONS = 2;

    private final Admin admin;
    private final Topics topics;

    StartupChecks(Admin admin, Topics topics) {
        this.admin = admin;
        this.topics = topics;
    }

    /**
     * Checks the topics and says how many partitions requests have.
     *
     * @throws IllegalStateException naming every missing or unfit topic
     */
    int requestPartitions() {
        List<String> problems = new ArrayList<>();
        int partitions = 0;
        for (Topic<?> topic : topics.fixed()) {
            int found = partitions(topic.name());
            if (found == 0) {
                problems.add("topic " + topic.name() + " does not exist");
                continue;
            }
            switch (topic.partitioning()) {
                case PER_REQUEST_PARTITION -> {
                    partitions = partitions == 0 ? found : partitions;
                    if (found != partitions) {
                        problems.add("topic " + topic.name() + " has " + found + " partitions, but "
                                + topics.requests(Lane.INTERACTIVE).name() + " has " + partitions
                                + "; results would not reach the owner of their request");
                    }
                }
                case SINGLE -> {
                    if (found != 1) {
                        problems.add("topic " + topic.name() + " has " + found + " partitions, it must have 1");
                    }
                }
                case FREE -> {
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException(
                    "the topics are not ready: " + String.join("; ", problems) + ". Create them with 'spillway topics'.");
        }
        logTransactionVersion();
        return partitions;
    }

    private int partitions(String topic) {
        try {
            TopicDescription description = admin.describeTopics(List.of(topic)).allTopicNames()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS).get(topic);
            return description == null ? 0 : description.partitions().size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.UnknownTopicOrPartitionException) {
                return 0;
            }
            throw new IllegalStateException("could not look at topic " + topic + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("Kafka did not answer within " + PATIENCE_SECONDS
                    + " s: check bootstrap.servers and that the broker runs", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void logTransactionVersion() {
        try {
            FeatureMetadata features = admin.describeFeatures().featureMetadata().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<String, FinalizedVersionRange> finalized = features.finalizedFeatures();
            FinalizedVersionRange range = finalized.get("transaction.version");
            int version = range == null ? 0 : range.maxVersionLevel();
            if (version >= SAFE_TRANSACTIONS) {
                LOGGER.atInfo().addKeyValue("transactionVersion", version).log("exactly-one answers hold on this cluster");
            } else {
                LOGGER.atWarn().addKeyValue("transactionVersion", version).log(
                        "the brokers' transactions predate KIP-890: a late producer may tear one; upgrade to Kafka 4.0 or later for exactly-one answers");
            }
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn().addKeyValue("error", e.toString()).log("could not read the cluster's transaction version");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
