package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.credential.DeploymentCredentials;
import io.spillway.worker.domain.CredentialRing.Cause;

class CredentialWatchTest {

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Logger logger = (Logger) LoggerFactory.getLogger(CredentialWatch.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Instant now = Samples.NOW;
    private long millis = 1_000_000;
    private CatalogueSnapshot catalogue = CatalogueSnapshot.empty();
    private CredentialBook book;

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        book = CredentialBook.ofKeys(new CredentialResolver(false, name -> null, () -> millis), () -> millis);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void shouldWarnOnceAWeekAheadOnceADayAheadAndOnceAtTheEnd() throws IOException {
        Instant end = now.plus(DAY.multipliedBy(30));
        catalogue = Samples.catalogue(deployment(entry("key", CredentialState.ACTIVE, end)));
        CredentialWatch watch = watch(Set.of());

        for (int hour = 0; hour < 24 * 31; hour++) {
            watch.look();
            now = now.plus(Duration.ofHours(1));
        }

        assertThat(lines.list).filteredOn(line -> line.getLevel() == Level.WARN).map(ILoggingEvent::getMessage).containsExactly(
                "a credential expires within a week: rotate it", "a credential expires within a day: rotate it now",
                "a credential has expired");
    }

    @Test
    void shouldPublishStatesAndSecondsToTheEndWithoutAKey() throws IOException {
        DeploymentEntry deployment = deployment(entry("a", CredentialState.ACTIVE, now.plusSeconds(90)),
                entry("b", CredentialState.DRAINING, null), entry("c", CredentialState.DISABLED, null),
                entry("d", CredentialState.ACTIVE, null));
        catalogue = Samples.catalogue(deployment);
        DeploymentCredentials credentials = book.of(deployment);
        credentials.next(Set.of(), false).ifPresent(pick -> credentials.refused(pick, Cause.REFUSED, Optional.empty()));

        watch(Set.of()).look();

        assertThat(state("a")).isEqualTo("refused");
        assertThat(state("b")).isEqualTo("draining");
        assertThat(state("c")).isEqualTo("disabled");
        assertThat(state("d")).isEqualTo("active");
        assertThat(registry.get("spillway.worker.credential.expiry").gauges()).singleElement()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(90));
        assertThat(registry.getMeters()).map(Meter::getId).map(Object::toString).noneMatch(text -> text.contains("sk-"));
    }

    @Test
    void shouldForgetWhatTheCatalogueHasNoLonger() throws IOException {
        catalogue = Samples.catalogue(deployment(entry("a", CredentialState.ACTIVE, now)));
        CredentialWatch watch = watch(Set.of());
        watch.look();

        catalogue = CatalogueSnapshot.empty();
        watch.look();

        assertThat(registry.find("spillway.worker.credential.state").gauges()).isEmpty();
        assertThat(registry.find("spillway.worker.credential.expiry").gauges()).isEmpty();
    }

    @Test
    void shouldReadNoSecretOfAProviderThatIsNotServed() throws IOException {
        catalogue = Samples.catalogue(deployment(entry("a", CredentialState.ACTIVE, null)));

        watch(Set.of("another")).look();

        assertThat(registry.find("spillway.worker.credential.state").gauges()).isEmpty();
    }

    @Test
    void shouldGoOnWhenAReferenceLeadsNowhere() {
        DeploymentEntry broken = deployment(CredentialEntry.newBuilder().setReference("${file:" + folder.resolve("none") + "}")
                .setState(CredentialState.ACTIVE).build());
        catalogue = Samples.catalogue(broken);

        watch(Set.of()).look();

        assertThat(registry.find("spillway.worker.credential.state").gauges()).isEmpty();
    }

    private String state(String file) {
        return registry.get("spillway.worker.credential.state").tag("credential", "file:" + folder.resolve(file)).gauge().getId()
                .getTag("state");
    }

    private CredentialWatch watch(Set<String> providers) {
        return new CredentialWatch(book, () -> catalogue, providers, () -> now, new CredentialMetrics(registry));
    }

    private CredentialEntry entry(String file, CredentialState state, Instant expiresAt) throws IOException {
        Files.writeString(folder.resolve(file), "sk-" + file);
        return CredentialEntry.newBuilder().setReference("${file:" + folder.resolve(file) + "}").setState(state)
                .setExpiresAt(expiresAt).build();
    }

    private static DeploymentEntry deployment(CredentialEntry... credentials) {
        DeploymentEntry deployment = Samples.deployment("a", 4);
        deployment.setCredentials(new ArrayList<>(List.of(credentials)));
        deployment.setSettings(Map.of());
        return deployment;
    }
}
