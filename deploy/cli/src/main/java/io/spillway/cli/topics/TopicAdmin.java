package io.spillway.cli.topics;

import static io.spillway.cli.command.KafkaConnection.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

import io.spillway.cli.command.CommandException;
import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/**
 * Creates missing topics and checks existing ones. A topic is reported as created only when every partition of it takes
 * records: a broker names the leader of a new partition before that leader is ready, and records produced in between were
 * seen to be lost.
 */
public final class TopicAdmin {

    private static final int TRIES = 15;
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final Admin admin;
    private final Topics topics;
    private final TopicSizes sizes;

    /**
     * @param admin stays open
     * @param sizes for topics that are created
     */
    public TopicAdmin(Admin admin, Topics topics, TopicSizes sizes) {
        this.admin = admin;
        this.topics = topics;
        this.sizes = sizes;
    }

    /** The topics every cluster needs and those of the given providers. */
    public List<Topic<?>> all(Collection<String> providers) {
        List<Topic<?>> all = new ArrayList<>(topics.fixed());
        providers.forEach(provider -> all.addAll(topics.ofProvider(provider)));
        return List.copyOf(all);
    }

    /**
     * Says what is missing or wrong and changes nothing.
     *
     * @throws CommandException when the cluster cannot be asked
     */
    public TopicReport check(Collection<? extends Topic<?>> wanted) {
        return TopicPlan.compare(topics, wanted, describe(wanted), sizes);
    }

    /**
     * Creates what is missing, unless something is wrong.
     *
     * @throws CommandException when the cluster cannot be asked or refuses
     */
    public TopicReport ensure(Collection<? extends Topic<?>> wanted) {
        TopicReport report = check(wanted);
        if (!report.problems().isEmpty() || report.missing().isEmpty()) {
            return report;
        }
        create(wanted, report.missing());
        waitUntilWritable(report.missing());
        TopicReport after = check(wanted);
        return new TopicReport(report.missing(), report.existing(), after.drifts(), after.problems());
    }

    private Map<String, ExistingTopic> describe(Collection<? extends Topic<?>> wanted) {
        Set<String> all = await(admin.listTopics().names(), "listing topics");
        Set<String> names = wanted.stream().map(Topic::name).filter(all::contains).collect(Collectors.toSet());
        for (Lane lane : Topics.LANES) {
            // Their counts dictate each other, even where only one of them is asked for.
            for (String name : List.of(topics.requests(lane).name(), topics.attemptResults(lane).name())) {
                if (all.contains(name)) {
                    names.add(name);
                }
            }
        }
        Map<String, TopicDescription> descriptions = await(admin.describeTopics(names).allTopicNames(), "describing topics");
        Map<ConfigResource, Config> configs = await(admin.describeConfigs(names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList()).all(), "reading topic settings");
        Map<String, ExistingTopic> existing = new HashMap<>();
        configs.forEach((resource, config) -> {
            TopicDescription description = descriptions.get(resource.name());
            if (description != null) {
                existing.put(resource.name(),
                        new ExistingTopic(resource.name(), description.partitions().size(), values(config)));
            }
        });
        return existing;
    }

    private static Map<String, String> values(Config config) {
        Map<String, String> values = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.value() != null) {
                values.put(entry.name(), entry.value());
            }
        }
        return values;
    }

    private void create(Collection<? extends Topic<?>> wanted, List<TopicReport.Line> missing) {
        int brokers = await(admin.describeCluster().nodes(), "counting brokers").size();
        short replication = sizes.replication(brokers);
        if (replication > brokers) {
            throw CommandException.badInput("--replication " + replication + " needs that many brokers, and the cluster has "
                    + brokers + ": choose " + brokers + " or fewer, or start more brokers");
        }
        Map<String, Topic<?>> byName = new HashMap<>();
        wanted.forEach(topic -> byName.put(topic.name(), topic));
        List<NewTopic> requests = new ArrayList<>();
        for (TopicReport.Line line : missing) {
            Topic<?> topic = byName.get(line.name());
            Map<String, String> config = new HashMap<>(topic == null ? Map.of() : topic.config());
            config.putAll(sizes.durability(brokers));
            requests.add(new NewTopic(line.name(), line.partitions(), replication).configs(config));
        }
        admin.createTopics(requests).values().forEach((name, created) -> {
            try {
                await(created, "creating topic " + name);
            } catch (CommandException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                // Somebody else was faster; the check that follows looks at what they made.
            }
        });
    }

    private void waitUntilWritable(List<TopicReport.Line> created) {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (TopicReport.Line line : created) {
            for (int partition = 0; partition < line.partitions(); partition++) {
                partitions.put(new TopicPartition(line.name(), partition), OffsetSpec.latest());
            }
        }
        for (int tried = 1;; tried++) {
            try {
                await(admin.listOffsets(partitions).all(), "waiting for the leaders of new topics");
                return;
            } catch (CommandException e) {
                if (tried == TRIES || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
