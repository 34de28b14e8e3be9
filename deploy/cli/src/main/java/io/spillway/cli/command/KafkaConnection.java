package io.spillway.cli.command;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import io.spillway.contract.registry.SchemaRegistryConfig;

/**
 * Where and how to reach Kafka and the registry. Clients made here give up within ten seconds, and their failures become
 * {@link CommandException}s.
 */
public final class KafkaConnection {

    /** Longest wait for one answer of a broker. */
    public static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    private final Map<String, Object> settings;

    /**
     * @param settings Kafka client and registry settings; {@code bootstrap.servers} and {@code schema.registry.url} must be
     *            among them
     */
    public KafkaConnection(Map<String, ?> settings) {
        this.settings = Map.copyOf(settings);
    }

    public String bootstrapServers() {
        return String.valueOf(settings.get(BOOTSTRAP_SERVERS));
    }

    public String registryUrl() {
        return String.valueOf(settings.get(SchemaRegistryConfig.URL));
    }

    /** Everything that was configured, for clients and serdes made elsewhere. */
    public Map<String, Object> settings() {
        return settings;
    }

    /**
     * An admin client of a cluster that answers.
     *
     * @throws CommandException when no broker answers
     */
    public Admin admin() {
        Admin admin;
        try {
            admin = Admin.create(with(Map.of("default.api.timeout.ms", Math.toIntExact(PATIENCE.toMillis()),
                    "request.timeout.ms", 5_000)));
        } catch (KafkaException e) {
            throw unusable(e);
        }
        try {
            await(admin.describeCluster().nodes(), "asking for the brokers of the cluster");
            return admin;
        } catch (CommandException e) {
            admin.close(Duration.ZERO);
            if (e.getCause() instanceof AuthenticationException || e.getCause() instanceof AuthorizationException) {
                throw e;
            }
            throw CommandException.runtime("no Kafka broker answers at " + bootstrapServers()
                    + ": start it (`spillway up` starts a local one), or name another with --bootstrap-server", e);
        }
    }

    /** A consumer without a group that sees only committed records. */
    public KafkaConsumer<String, byte[]> reader() {
        try {
            return new KafkaConsumer<>(with(Map.of("isolation.level", "read_committed", "enable.auto.commit", false,
                    "auto.offset.reset", "earliest", "default.api.timeout.ms", Math.toIntExact(PATIENCE.toMillis()),
                    "request.timeout.ms", 5_000)), new StringDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw unusable(e);
        }
    }

    /** A producer that fences off every other with the same id. */
    public KafkaProducer<String, byte[]> transactionalProducer(String transactionalId) {
        try {
            return new KafkaProducer<>(with(Map.of("transactional.id", transactionalId, "acks", "all",
                    "transaction.timeout.ms", 30_000, "delivery.timeout.ms", 20_000, "request.timeout.ms", 10_000,
                    "max.block.ms", 10_000)), new StringSerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw unusable(e);
        }
    }

    /**
     * Waits for an answer.
     *
     * @param doing what was asked for, for the message: "creating topics"
     * @throws CommandException when it does not come or is a refusal
     */
    public static <T> T await(KafkaFuture<T> answer, String doing) {
        try {
            return answer.get(PATIENCE.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw CommandException.runtime(doing + " failed: " + reason(cause), cause);
        } catch (TimeoutException e) {
            throw CommandException.runtime(doing + " failed: the broker did not answer in time; try again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandException.runtime(doing + " was interrupted", e);
        }
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case AuthenticationException refused -> "the broker refused the credentials (" + refused.getMessage()
                    + "); check the sasl and ssl settings in --command-config";
            case AuthorizationException refused -> "not allowed (" + refused.getMessage()
                    + "); give this user the right, or use another in --command-config";
            case org.apache.kafka.common.errors.TimeoutException late -> "the broker did not answer in time; try again";
            default -> String.valueOf(cause.getMessage());
        };
    }

    private CommandException unusable(KafkaException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return CommandException.badInput("cannot connect to Kafka at " + bootstrapServers() + " (" + root.getMessage()
                + "): check --bootstrap-server and --command-config", failure);
    }

    private Map<String, Object> with(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }
}
