package io.spillway.worker.consume;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.ProviderEntry;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialException;
import io.spillway.worker.credential.DeploymentCredentials.View;
import io.spillway.worker.credential.TokenSource;
import io.spillway.worker.credential.TokenUnavailableException;
import io.spillway.worker.domain.ExpiryLevel;

/**
 * Looks at the credentials of the served deployments every few seconds, traffic or not: reads again what may have changed,
 * renews access tokens before a call has to wait for them, publishes states and expiries, and warns once a week, once a day
 * before a credential ends, and once when it has. On a thread of its own, because files and token servers can be slow.
 */
public final class CredentialWatch implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(CredentialWatch.class);
    private static final long PERIOD_SECONDS = 5;

    private record Id(String deployment, String credential) {}

    private final CredentialBook book;
    private final Supplier<CatalogueSnapshot> catalogue;
    private final Set<String> providers;
    private final Supplier<Instant> clock;
    private final CredentialMetrics metrics;
    private final Map<Id, ExpiryLevel> warned = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("spillway-credentials").factory());

    /** @param providers those to serve; empty = all: a worker reads no secrets but those it needs */
    public CredentialWatch(CredentialBook book, Supplier<CatalogueSnapshot> catalogue, Set<String> providers,
            Supplier<Instant> clock, CredentialMetrics metrics) {
        this.book = book;
        this.catalogue = catalogue;
        this.providers = Set.copyOf(providers);
        this.clock = clock;
        this.metrics = metrics;
    }

    public void start() {
        var _ = timer.scheduleWithFixedDelay(() -> {
            try {
                look();
            } catch (RuntimeException e) {
                LOGGER.atError().addKeyValue("error", e.getClass().getName())
                        .addKeyValue("where", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0].toString())
                        .log("looking at the credentials failed; this is a bug");
            }
        }, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** One look at everything. */
    void look() {
        CatalogueSnapshot snapshot = catalogue.get();
        Instant now = clock.get();
        List<CredentialMetrics.Reading> readings = new ArrayList<>();
        Map<Id, ExpiryLevel> levels = new HashMap<>();
        for (DeploymentEntry deployment : snapshot.deployments().values()) {
            ProviderEntry provider = snapshot.providers().get(deployment.getProvider());
            boolean isServed = providers.isEmpty() || providers.contains(deployment.getProvider());
            if (provider == null || !isServed) {
                continue;
            }
            for (View view : book.of(deployment).views()) {
                Optional<Instant> tokenEndsAt = view.state().equals("disabled")
                        ? Optional.empty()
                        : book.tokens(provider, deployment, view.secret()).flatMap(source -> renewed(source, view));
                readings.add(new CredentialMetrics.Reading(provider.getId(), deployment.getId(), view.name(), view.state(),
                        view.expiresAt(), tokenEndsAt));
                warn(deployment.getId(), view, now, levels);
            }
        }
        warned.clear();
        warned.putAll(levels);
        metrics.publish(readings, now);
        book.keep(snapshot.deployments().keySet());
    }

    private static Optional<Instant> renewed(TokenSource source, View view) {
        try {
            var _ = source.token(view.secret());
        } catch (CredentialException | TokenUnavailableException e) {
            LOGGER.atDebug().addKeyValue("credential", view.name()).addKeyValue("error", e.getMessage())
                    .log("no access token; the token source has reported it");
        }
        return source.endsAt(view.secret());
    }

    private void warn(String deployment, View view, Instant now, Map<Id, ExpiryLevel> levels) {
        if (view.expiresAt().isEmpty() || view.state().equals("disabled")) {
            return;
        }
        Id id = new Id(deployment, view.name());
        ExpiryLevel level = ExpiryLevel.of(view.expiresAt().get(), now);
        levels.put(id, level);
        if (level.compareTo(warned.getOrDefault(id, ExpiryLevel.FAR)) > 0) {
            String message = switch (level) {
                case FAR, WITHIN_A_WEEK -> "a credential expires within a week: rotate it";
                case WITHIN_A_DAY -> "a credential expires within a day: rotate it now";
                case EXPIRED -> "a credential has expired";
            };
            LOGGER.atWarn().addKeyValue("deployment", deployment).addKeyValue("credential", view.name())
                    .addKeyValue("expiresAt", view.expiresAt().get()).log(message);
        }
    }
}
