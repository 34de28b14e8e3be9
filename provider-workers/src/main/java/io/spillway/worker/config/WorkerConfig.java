package io.spillway.worker.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.spillway.worker.credential.VaultSettings;

/**
 * The settings of one worker process.
 *
 * @param workerId names the process in events and heartbeats; unique among running workers
 * @param providers providers to serve; empty = all in the catalogue
 * @param topicPrefix first part of every topic name
 * @param drainTimeout on shutdown: how long running calls may take to finish
 * @param timeouts limits of the phases of a call
 * @param maxBodyBytes most bytes of a provider's response, before and after decompression
 * @param maxInFlight most calls at once over all deployments; protects the heap
 * @param interactiveIsolation what the interactive lane reads; see the module's README for the trade
 * @param allowEnvCredentials whether credential references may name environment variables
 * @param egress the way out to the providers
 * @param vault where <code>${vault:...}</code> references lead
 * @param kafka client settings for consumers, producer and catalogue alike; {@code bootstrap.servers} is here
 * @param kafkaConsumer more, for consumers only
 * @param kafkaProducer more, for the producer only
 * @param serde settings of the Avro serdes, such as {@code schema.registry.url}
 */
public record WorkerConfig(String workerId, Set<String> providers, String topicPrefix, Duration drainTimeout,
        PhaseTimeouts timeouts, long maxBodyBytes, int maxInFlight, Isolation interactiveIsolation,
        boolean allowEnvCredentials, EgressConfig egress, Optional<VaultSettings> vault, Map<String, String> kafka,
        Map<String, String> kafkaConsumer,
        Map<String, String> kafkaProducer, Map<String, String> serde) {

    /** Which records of open or aborted transactions a consumer sees. */
    public enum Isolation {
        /** Calls begin before the router has committed the attempt: fastest; a router crash may cost duplicate calls. */
        READ_UNCOMMITTED,
        /** Calls begin after the commit. */
        READ_COMMITTED;

        /** The value of Kafka's {@code isolation.level}. */
        public String kafkaValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param connect name look-up, connection and handshake
     * @param firstByte until the response begins
     * @param firstToken until the first token of a streamed response
     * @param idleGap longest silence within a body; of a streamed one between two tokens
     */
    public record PhaseTimeouts(Duration connect, Duration firstByte, Duration firstToken, Duration idleGap) {}

    public WorkerConfig {
        providers = Set.copyOf(providers);
        kafka = Map.copyOf(kafka);
        kafkaConsumer = Map.copyOf(kafkaConsumer);
        kafkaProducer = Map.copyOf(kafkaProducer);
        serde = Map.copyOf(serde);
    }

    /** The defaults, for one worker of all providers. */
    public static WorkerConfig of(String workerId, Map<String, String> kafka, Map<String, String> serde) {
        return new WorkerConfig(workerId, Set.of(), "llm.", Duration.ofSeconds(60),
                new PhaseTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(30)),
                16L * 1024 * 1024, 12_000, Isolation.READ_UNCOMMITTED, false, EgressConfig.STANDARD, Optional.empty(), kafka,
                Map.of(), Map.of(), serde);
    }

    @Override
    public String toString() {
        // Client settings may hold passwords.
        return "WorkerConfig[" + workerId + ", providers=" + (providers.isEmpty() ? "all" : providers) + ", topicPrefix="
                + topicPrefix + ", interactiveIsolation=" + interactiveIsolation + "]";
    }
}
