package io.spillway.worker.consume;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.FailureKind;

/**
 * Numbers about credentials. The tag {@code credential} is scheme and place of the reference, such as
 * {@code file:/run/secrets/openai}: never a key, nor anything computed from one.
 */
public final class CredentialMetrics {

    private static final String PREFIX = "spillway.worker.credential.";

    /**
     * One credential of one deployment.
     *
     * @param expiresAt when it ends, if that is known
     * @param tokenEndsAt when the access token made from it ends, if there is one
     */
    record Reading(String provider, String deployment, String credential, String state, Optional<Instant> expiresAt,
            Optional<Instant> tokenEndsAt) {

        private Tags tags() {
            return Tags.of("provider", provider, "deployment", deployment, "credential", credential);
        }
    }

    private final MeterRegistry registry;
    private final MultiGauge states;
    private final MultiGauge expiries;
    private final MultiGauge tokens;
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

    public CredentialMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.states = MultiGauge.builder(PREFIX + "state")
                .description("1 for the state a credential is in: active, draining, disabled, or refused by the provider")
                .register(registry);
        this.expiries = MultiGauge.builder(PREFIX + "expiry").baseUnit("seconds")
                .description("Until a credential ends; negative when it has").register(registry);
        this.tokens = MultiGauge.builder(PREFIX + "token.expiry").baseUnit("seconds")
                .description("Until the access token made from a credential ends; it is renewed before").register(registry);
    }

    /** A provider refused a credential. */
    void refused(DeploymentEntry deployment, String credential, FailureKind kind) {
        String word = kind.name().toLowerCase(Locale.ROOT);
        refusals.computeIfAbsent(deployment.getId() + '|' + credential + '|' + word, key -> {
            LongAdder adder = new LongAdder();
            FunctionCounter.builder(PREFIX + "refusals", adder, LongAdder::sum)
                    .description("Calls that the provider refused because of their credential, by kind")
                    .tag("provider", deployment.getProvider()).tag("deployment", deployment.getId())
                    .tag("credential", credential).tag("kind", word).register(registry);
            return adder;
        }).increment();
    }

    /** Replaces all states and expiries. */
    void publish(List<Reading> readings, Instant now) {
        List<Row<?>> byState = new ArrayList<>();
        List<Row<?>> byExpiry = new ArrayList<>();
        List<Row<?>> byToken = new ArrayList<>();
        for (Reading reading : readings) {
            byState.add(Row.of(reading.tags().and("state", reading.state()), 1));
            reading.expiresAt().ifPresent(at -> byExpiry.add(Row.of(reading.tags(), seconds(now, at))));
            reading.tokenEndsAt().ifPresent(at -> byToken.add(Row.of(reading.tags(), seconds(now, at))));
        }
        states.register(byState, true);
        expiries.register(byExpiry, true);
        tokens.register(byToken, true);
    }

    private static long seconds(Instant now, Instant at) {
        return Duration.between(now, at).toSeconds();
    }
}
