package io.spillway.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import io.spillway.contract.Topic.Partitioning;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.Lane;
import io.spillway.v1.RoutingDecision;
import io.spillway.v1.Telemetry;

/** Every topic Spillway uses, by role. Names start with a configurable prefix, {@code llm.} by default. */
public final class Topics {

    public static final String DEFAULT_PREFIX = "llm.";

    /** Lanes in the order they are listed. UNKNOWN is never a lane of ours. */
    public static final List<Lane> LANES = List.of(Lane.INTERACTIVE, Lane.BATCH);

    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{0,100}");
    private static final Pattern PROVIDER_ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private static final String DAY = Long.toString(24L * 60 * 60 * 1000);
    private static final String WEEK = Long.toString(7L * 24 * 60 * 60 * 1000);
    private static final String TWO_WEEKS = Long.toString(14L * 24 * 60 * 60 * 1000);
    private static final String MAX_MESSAGE_BYTES = Integer.toString(4 * 1024 * 1024);

    private final String prefix;

    /**
     * @param prefix first part of every topic name, usually ending in a dot
     * @throws IllegalArgumentException for characters Kafka does not allow in topic names
     */
    public Topics(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("topic prefix '" + prefix
                    + "' has characters Kafka does not allow: use letters, digits, '.', '_' and '-', at most 100");
        }
        this.prefix = prefix;
    }

    public static Topics standard() {
        return new Topics(DEFAULT_PREFIX);
    }

    public String prefix() {
        return prefix;
    }

    /** Chat requests: OpenAI-shaped JSON or Avro ChatRequest, by the value's first byte. */
    public Topic<byte[]> requests(Lane lane) {
        return new Topic<>(laned("requests", lane), byte[].class, Partitioning.PER_REQUEST_PARTITION, deleteAfter(WEEK));
    }

    /** Attempts for the workers of one provider. */
    public Topic<Attempt> attempts(String provider, Lane lane) {
        if (!isProviderId(provider)) {
            throw new IllegalArgumentException("provider id '" + provider + "' cannot be part of a topic name: "
                    + "use lower-case letters, digits, '_' and '-', at most 63");
        }
        return new Topic<>(laned("attempts." + provider, lane), Attempt.class, Partitioning.FREE, deleteAfter(DAY));
    }

    /** What became of attempts, written to the partition of the router task that owns the request. */
    public Topic<AttemptEvent> attemptResults(Lane lane) {
        return new Topic<>(laned("attempt-results", lane), AttemptEvent.class, Partitioning.PER_REQUEST_PARTITION,
                deleteAfter(DAY));
    }

    /** Final answers of both lanes, in the format of the request. */
    public Topic<byte[]> responses() {
        return new Topic<>(prefix + "responses", byte[].class, Partitioning.FREE, deleteAfter(WEEK));
    }

    /** Attempt telemetry and worker heartbeats, stamped by the broker. */
    public Topic<Telemetry> telemetry() {
        return new Topic<>(prefix + "telemetry", Telemetry.class, Partitioning.FREE,
                Map.of("cleanup.policy", "delete", "retention.ms", DAY, "message.timestamp.type", "LogAppendTime"));
    }

    /** Latest judgement of every deployment. */
    public Topic<DeploymentState> deploymentState() {
        return new Topic<>(prefix + "deployment-state", DeploymentState.class, Partitioning.SINGLE, compacted());
    }

    /** The operator's catalogue. */
    public Topic<CatalogEntry> catalog() {
        return new Topic<>(prefix + "catalog", CatalogEntry.class, Partitioning.SINGLE, compacted());
    }

    /** One record per routing decision. */
    public Topic<RoutingDecision> decisions() {
        return new Topic<>(prefix + "decisions", RoutingDecision.class, Partitioning.FREE, deleteAfter(WEEK));
    }

    /** Records nobody could process, as they came, with reason headers. */
    public Topic<byte[]> dlq() {
        return new Topic<>(prefix + "dlq", byte[].class, Partitioning.FREE, deleteAfter(TWO_WEEKS));
    }

    /** All topics that exist whatever the catalogue says. */
    public List<Topic<?>> fixed() {
        List<Topic<?>> all = new ArrayList<>();
        for (Lane lane : LANES) {
            all.add(requests(lane));
            all.add(attemptResults(lane));
        }
        all.addAll(List.of(responses(), telemetry(), deploymentState(), catalog(), decisions(), dlq()));
        return List.copyOf(all);
    }

    /** The attempt topics of one provider. */
    public List<Topic<?>> ofProvider(String provider) {
        return List.of(attempts(provider, Lane.INTERACTIVE), attempts(provider, Lane.BATCH));
    }

    /** Whether an id can name a provider, and so be part of topic and group names. */
    public static boolean isProviderId(String id) {
        return PROVIDER_ID.matcher(id).matches();
    }

    /** The word used for a lane in names: {@code interactive} or {@code batch}. */
    public static String laneName(Lane lane) {
        return lane.name().toLowerCase(Locale.ROOT);
    }

    private String laned(String name, Lane lane) {
        return switch (lane) {
            case INTERACTIVE -> prefix + name;
            case BATCH -> prefix + name + ".batch";
            case UNKNOWN -> throw new IllegalArgumentException("there is no topic for the lane UNKNOWN");
        };
    }

    private static Map<String, String> deleteAfter(String retentionMillis) {
        return Map.of("cleanup.policy", "delete", "retention.ms", retentionMillis, "max.message.bytes", MAX_MESSAGE_BYTES);
    }

    /** Settings that keep a small table quick to read from its beginning. */
    private static Map<String, String> compacted() {
        return Map.of("cleanup.policy", "compact", "segment.ms", "600000", "min.cleanable.dirty.ratio", "0.1",
                "max.compaction.lag.ms", "3600000");
    }
}
