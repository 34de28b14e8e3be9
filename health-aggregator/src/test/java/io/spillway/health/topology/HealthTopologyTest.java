package io.spillway.health.topology;

import static io.spillway.health.topology.HealthDriver.D;
import static io.spillway.health.topology.TestContract.attempt;
import static io.spillway.health.topology.TestContract.failed;
import static io.spillway.health.topology.TestContract.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.spillway.contract.RecordHeaders;
import io.spillway.v1.BreakerState;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;

class HealthTopologyTest {

    @TempDir
    private Path directory;
    private HealthDriver driver;

    @BeforeEach
    void start() {
        driver = new HealthDriver(directory);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shouldKeepTheNamesThatTopicsAndAclsDependOn() {
        assertThat(HealthTopology.build(driver.contract.parts()).describe()).hasToString("""
                Topologies:
                   Sub-topology: 0
                    Source: telemetry-source (topics: [llm.telemetry])
                      --> health
                    Processor: health (stores: [health-snapshots])
                      --> deployment-state-sink, dlq-sink
                      <-- telemetry-source
                    Sink: deployment-state-sink (topic: llm.deployment-state)
                      <-- health
                    Sink: dlq-sink (topic: llm.dlq)
                      <-- health

                """);
    }

    @Test
    void shouldOpenAndPublishAtOnceWhenResultsInARowFail() {
        // When
        failInARow(5);

        // Then
        DeploymentState state = driver.lastState();
        assertThat(state.getBreaker()).isEqualTo(BreakerState.OPEN);
        assertThat(state.getOpenUntil()).isBetween(driver.now().plusSeconds(24), driver.now().plusSeconds(36));
        assertThat(state.getReason()).contains("5 results in a row").contains("SERVER_ERROR");
        assertThat(state.getSamples()).isEqualTo(5);
        assertThat(state.getErrorRate()).isEqualTo(1.0);
        assertThat(state.getFailures()).containsExactlyEntriesOf(Map.of("SERVER_ERROR", 5L));
        assertThat(state.getSuspendedUntil()).isNull();
        assertThat(driver.count("spillway.deployment.transitions", "deployment", D, "cause", "OPENED_BY_STREAK")).isEqualTo(1);
        assertThat(driver.gauge("spillway.deployment.breaker", "deployment", D, "provider", "openai", "position", "open"))
                .isEqualTo(1);
    }

    @Test
    void shouldSayNothingPerResultWhenNothingChanges() {
        // Given
        driver.advance(Duration.ofSeconds(1));
        driver.published();

        // When
        for (int i = 0; i < 100; i++) {
            driver.attempt(attempt(D).build());
        }

        // Then
        assertThat(driver.published()).isEmpty();
        assertThat(driver.count("spillway.telemetry.samples", "deployment", D, "kind", "SUCCEEDED")).isEqualTo(100);
    }

    @Test
    void shouldPublishEveryFiveSecondsWithTheFiguresOfTheWindow() {
        // Given
        for (int i = 0; i < 30; i++) {
            driver.attempt(attempt(D).setDurationMillis(1_000 + i).build());
        }

        // When
        driver.advance(Duration.ofSeconds(30));

        // Then
        List<DeploymentState> states = driver.states();
        assertThat(states).hasSizeBetween(6, 7).allSatisfy(state -> {
            assertThat(state.getBreaker()).isEqualTo(BreakerState.CLOSED);
            assertThat(state.getEpoch()).isEqualTo(states.getFirst().getEpoch());
            assertThat(state.getRamp()).isEqualTo(1.0);
        });
        assertThat(states).extracting(DeploymentState::getComputedAt).doesNotHaveDuplicates().isSorted();
        DeploymentState last = states.getLast();
        assertThat(last.getSamples()).isEqualTo(30);
        assertThat(last.getWindowSeconds()).isEqualTo(60);
        assertThat(last.getP50Millis()).isBetween(1_000L, 1_030L);
        assertThat(last.getP99Millis()).isBetween(1_020L, 1_040L);
        assertThat(last.getFirstByteP50Millis()).isBetween(198L, 202L);
        assertThat(last.getQueueWaitP50Millis()).isEqualTo(5);
    }

    @Test
    void shouldGrantProbesInTimeAndComeBackByARampWhenTheySucceed() {
        // Given
        driver.contract.apply(Set.of(D), policy -> policy.setOpenMillis(1_000).setRampMillis(5_000));
        failInARow(5);
        Instant openUntil = driver.lastState().getOpenUntil();

        // When
        driver.advance(Duration.between(driver.now(), openUntil).plusMillis(150));

        // Then
        DeploymentState halfOpen = driver.lastState();
        assertThat(halfOpen.getBreaker()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(halfOpen.getComputedAt()).isBetween(openUntil, openUntil.plusMillis(150));

        // When: three probes, each under the grant of its own
        String first = halfOpen.getProbe().getId();
        driver.attempt(attempt(D).setProbe(first).build());
        String second = driver.lastState().getProbe().getId();
        driver.attempt(attempt(D).setProbe(first).build());
        assertThat(driver.published()).as("a second answer to the same grant").isEmpty();
        driver.attempt(attempt(D).setProbe(second).build());
        String third = driver.lastState().getProbe().getId();
        driver.attempt(attempt(D).setProbe(third).build());

        // Then
        assertThat(List.of(first, second, third)).doesNotHaveDuplicates();
        DeploymentState closed = driver.lastState();
        assertThat(closed.getBreaker()).isEqualTo(BreakerState.CLOSED);
        assertThat(closed.getProbe()).isNull();
        assertThat(closed.getRamp()).isEqualTo(0.1);

        // When
        driver.advance(Duration.ofMillis(5_500));

        // Then: once a second, then the end of the ramp
        List<Double> ramp = driver.states().stream().map(DeploymentState::getRamp).toList();
        assertThat(ramp).hasSizeBetween(5, 6).isSorted().endsWith(1.0);
        assertThat(ramp.getFirst()).isBetween(0.15, 0.25);
    }

    @Test
    void shouldReplaceAGrantNobodyAnswered() {
        // Given
        driver.contract.apply(Set.of(D), policy -> policy.setOpenMillis(1_000).setProbeTimeoutMillis(2_000));
        failInARow(5);
        driver.advance(Duration.ofMillis(1_400));
        DeploymentState granted = driver.lastState();

        // When
        driver.advance(Duration.ofMillis(2_100));

        // Then
        DeploymentState again = driver.lastState();
        assertThat(again.getBreaker()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(again.getProbe().getId()).isNotEqualTo(granted.getProbe().getId());
        assertThat(again.getReason()).contains("no answer to the last probe within 2 s");
    }

    @Test
    void shouldRestAfterARateLimitAndStayClosed() {
        // When
        driver.attempt(attempt(D)
                .setFailure(Failure.newBuilder().setKind(FailureKind.RATE_LIMITED).setRetryAfterMillis(20_000L).build()).build());

        // Then
        DeploymentState state = driver.lastState();
        assertThat(state.getBreaker()).isEqualTo(BreakerState.CLOSED);
        assertThat(state.getCooldownUntil()).isEqualTo(driver.now().plusSeconds(20));
        assertThat(state.getReason()).contains("20 s");

        // When
        driver.advance(Duration.ofSeconds(26));

        // Then
        assertThat(driver.lastState().getCooldownUntil()).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = FailureKind.class, names = {"AUTHENTICATION_FAILED", "QUOTA_EXHAUSTED", "MODEL_NOT_FOUND"})
    void shouldSuspendAtTheFirstFailureOfThatKindAndRecheckWithAProbe(FailureKind kind) {
        // When
        driver.attempt(failed(D, kind));

        // Then
        DeploymentState suspended = driver.lastState();
        assertThat(suspended.getBreaker()).isEqualTo(BreakerState.OPEN);
        assertThat(suspended.getSuspendedUntil()).isAfter(driver.now()).isEqualTo(suspended.getOpenUntil());
        assertThat(suspended.getReason()).contains(kind.name());
        assertThat(suspended.getErrorRate()).isZero();

        // When
        driver.advance(Duration.between(driver.now(), suspended.getSuspendedUntil()).plusMillis(150));

        // Then
        DeploymentState recheck = driver.lastState();
        assertThat(recheck.getBreaker()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(recheck.getSuspendedUntil()).isNull();

        // When
        driver.attempt(attempt(D).setProbe(recheck.getProbe().getId()).build());

        // Then
        assertThat(driver.lastState().getBreaker()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void shouldNotBlameADeploymentForWhatTheWorkerOrTheCallerDidWrong() {
        // When
        for (int i = 0; i < 20; i++) {
            for (FailureScope scope : List.of(FailureScope.WORKER, FailureScope.REQUEST)) {
                driver.attempt(attempt(D)
                        .setFailure(Failure.newBuilder().setKind(FailureKind.UNKNOWN).setScope(scope).build()).build());
            }
        }
        driver.advance(Duration.ofSeconds(1));

        // Then
        DeploymentState state = driver.lastState();
        assertThat(state.getBreaker()).isEqualTo(BreakerState.CLOSED);
        assertThat(state.getSamples()).isZero();
        assertThat(state.getFailures()).containsOnlyKeys("WORKER_LOST", "INVALID_REQUEST");
    }

    @Test
    void shouldDeadLetterWhatIsNoTelemetryAndGoOn() {
        // Given
        byte[] poison = "{\"not\":\"avro\"}".getBytes(StandardCharsets.UTF_8);

        // When
        driver.send(D, poison, driver.now());
        driver.send(D, new byte[]{0, 0, 0, 0, 99, 1}, driver.now());
        driver.send("another key", driver.contract.encode(attempt(D).build()), driver.now());
        failInARow(5);

        // Then
        List<TestRecord<byte[], byte[]>> letters = driver.deadLetters();
        assertThat(letters).hasSize(3);
        assertThat(letters.getFirst().value()).isEqualTo(poison);
        assertThat(letters.getFirst().key()).isEqualTo(D.getBytes(StandardCharsets.UTF_8));
        assertThat(letters).extracting(letter -> RecordHeaders.text(letter.headers(), RecordHeaders.DLQ_REASON).orElse(""))
                .containsExactly("UNDECODABLE_AVRO", "UNDECODABLE_AVRO", "KEY_MISMATCH");
        assertThat(RecordHeaders.text(letters.getLast().headers(), RecordHeaders.DLQ_TOPIC)).contains("llm.telemetry");
        assertThat(RecordHeaders.text(letters.getLast().headers(), RecordHeaders.DLQ_OFFSET)).contains("2");
        assertThat(driver.lastState().getBreaker()).isEqualTo(BreakerState.OPEN);
        assertThat(driver.count("spillway.dlq", "reason", "UNDECODABLE_AVRO")).isEqualTo(2);
    }

    @Test
    void shouldIgnoreTombstonesAndEventsOfNoKindItKnows() {
        // When
        driver.send(D, null, driver.now());
        driver.send(D, driver.contract.encode(null), driver.now());

        // Then
        assertThat(driver.deadLetters()).isEmpty();
        assertThat(driver.count("spillway.telemetry.ignored", "reason", "empty")).isEqualTo(1);
        assertThat(driver.count("spillway.telemetry.ignored", "reason", "no_event")).isEqualTo(1);
    }

    @Test
    void shouldJudgeByANewPolicyWithoutARestart() {
        // Given
        failInARow(2);
        driver.advance(Duration.ofMillis(100));
        assertThat(driver.lastState().getBreaker()).isEqualTo(BreakerState.CLOSED);

        // When
        driver.contract.apply(Set.of(D), policy -> policy.setConsecutiveFailures(2).setOpenMillis(60_000));
        driver.advance(Duration.ofMillis(100));

        // Then
        DeploymentState state = driver.lastState();
        assertThat(state.getBreaker()).isEqualTo(BreakerState.OPEN);
        assertThat(Duration.between(state.getComputedAt(), state.getOpenUntil())).isGreaterThan(Duration.ofSeconds(47));
    }

    @Test
    void shouldKeepThePolicyInForceWhenTheNewOneIsOutOfRange() {
        // Given
        driver.contract.apply(Set.of(D), policy -> policy.setConsecutiveFailures(2));
        driver.advance(Duration.ofMillis(100));

        // When
        driver.contract.apply(Set.of(D), policy -> policy.setConsecutiveFailures(3).setFailureRateThreshold(0.01));
        failInARow(2);

        // Then
        assertThat(driver.lastState().getBreaker()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void shouldPutATombstoneForADeploymentThatLeftTheCatalogue() {
        // Given
        failInARow(5);
        driver.attempt(attempt("other").build());
        driver.advance(Duration.ofMillis(200));
        driver.published();

        // When
        driver.contract.apply(Set.of("other"), policy -> {});
        driver.advanceInSilence(Duration.ofMillis(100));
        driver.attempt(attempt(D).build());
        driver.advanceInSilence(Duration.ofSeconds(10));

        // Then
        List<TestRecord<String, Boolean>> published = driver.published().stream()
                .map(item -> new TestRecord<>(item.key(), item.value().isPresent())).toList();
        assertThat(published).filteredOn(item -> item.key().equals(D)).extracting(TestRecord::value).containsExactly(false);
        assertThat(published).filteredOn(item -> item.key().equals("other")).extracting(TestRecord::value).containsOnly(true);
        assertThat(driver.count("spillway.telemetry.ignored", "reason", "not_in_catalogue")).isEqualTo(1);
        assertThat(driver.contract.meters.find("spillway.deployment.breaker").tag("deployment", D).gauge()).isNull();

        // When: it comes back, it is a new one
        driver.contract.apply(Set.of(D, "other"), policy -> {});
        driver.attempt(attempt(D).build());
        driver.advanceInSilence(Duration.ofMillis(100));

        // Then
        assertThat(driver.lastState().getBreaker()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void shouldSumWorkersAndForgetThoseThatFellSilent() {
        // Given
        driver.heartbeat(heartbeat("w2", D, 4));
        driver.heartbeat(heartbeat("w3", D, 7));
        driver.heartbeat(heartbeat("w3", D, 6));

        // When
        driver.advance(Duration.ofMillis(200));

        // Then
        DeploymentState state = driver.lastState();
        assertThat(state.getInFlight()).isEqualTo(10);
        assertThat(state.getConcurrencyLimit()).isEqualTo(30);
        assertThat(state.getQueued()).isEqualTo(3);

        // When: only w1 goes on
        driver.advance(Duration.ofSeconds(21));

        // Then
        assertThat(driver.lastState().getConcurrencyLimit()).isEqualTo(10);
    }

    @Test
    void shouldNotTakeHeartbeatsOfABacklogForWorkersThatWorkNow() {
        // When
        driver.send(D, driver.contract.encode(heartbeat("gone", D, 9)), driver.now().minusSeconds(120));
        driver.heartbeat(heartbeat("w1", D, 2));
        driver.advanceInSilence(Duration.ofMillis(200));

        // Then
        assertThat(driver.lastState().getInFlight()).isEqualTo(2);
    }

    @Test
    void shouldLetAStateGrowOldWhenNobodyReportsAndForgetItInTheEnd() {
        // Given
        failInARow(5);
        driver.published();

        // When
        driver.advanceInSilence(Duration.ofMinutes(5));

        // Then: heartbeats end with the evidence, transitions do not
        List<DeploymentState> states = driver.states();
        assertThat(states).filteredOn(state -> state.getBreaker() == BreakerState.OPEN).hasSizeBetween(4, 6);
        assertThat(states).filteredOn(state -> state.getBreaker() == BreakerState.HALF_OPEN).hasSizeBetween(4, 6)
                .extracting(state -> state.getProbe().getId()).doesNotHaveDuplicates();

        // When
        driver.advanceInSilence(Duration.ofMinutes(11));

        // Then
        assertThat(driver.published().getLast().value()).isEmpty();

        // When
        driver.attempt(attempt(D).build());
        driver.advance(Duration.ofMillis(100));

        // Then
        assertThat(driver.lastState().getBreaker()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void shouldLeaveOutResultsThatAreTooOldToTellAnything() {
        // When
        for (int i = 0; i < 10; i++) {
            driver.send(D, driver.contract.encode(failed(D, FailureKind.SERVER_ERROR)), driver.now().minus(Duration.ofHours(1)));
        }
        driver.advance(Duration.ofMillis(200));

        // Then
        DeploymentState state = driver.lastState();
        assertThat(state.getBreaker()).isEqualTo(BreakerState.CLOSED);
        assertThat(state.getSamples()).isZero();
        assertThat(driver.count("spillway.telemetry.too.old", "deployment", D)).isEqualTo(10);
    }

    @Test
    void shouldTellTimeByTheBrokerWhenTheOwnClockIsBehind() {
        // Given
        Instant brokersTime = driver.now().plusSeconds(90);

        // When
        for (int i = 0; i < 5; i++) {
            driver.send(D, driver.contract.encode(failed(D, FailureKind.SERVER_ERROR)), brokersTime);
        }

        // Then
        DeploymentState state = driver.lastState();
        assertThat(state.getComputedAt()).isEqualTo(brokersTime);
        assertThat(state.getOpenUntil()).isAfter(brokersTime);
        assertThat(driver.gauge("spillway.health.clock.offset")).isEqualTo(90);
    }

    @Test
    void shouldNeverGoDownInEpochs() {
        // When
        driver.contract.apply(Set.of(D), policy -> policy.setOpenMillis(1_000).setProbeTimeoutMillis(1_000));
        for (int round = 0; round < 10; round++) {
            failInARow(5);
            driver.advance(Duration.ofMillis(700));
        }

        // Then
        List<DeploymentState> states = driver.states();
        assertThat(states).hasSizeGreaterThan(5);
        assertThat(states).extracting(DeploymentState::getEpoch).isSorted();
    }

    private void failInARow(int times) {
        for (int i = 0; i < times; i++) {
            driver.attempt(failed(D, FailureKind.SERVER_ERROR));
        }
    }
}
