package io.spillway.health.domain;

import static io.spillway.health.domain.Samples.START;
import static io.spillway.health.domain.Samples.at;
import static io.spillway.health.domain.Samples.failure;
import static io.spillway.health.domain.Samples.probe;
import static io.spillway.health.domain.Samples.rateLimited;
import static io.spillway.health.domain.Samples.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HealthSnapshotTest {

    private static final HealthPolicy POLICY = HealthPolicy.defaults();
    private static final String ID = "openai/gpt/eu";
    private static final Suspension SUSPENSION = new Suspension(FailureKind.PERMISSION_DENIED, 3, at(1));

    static Stream<BreakerState> breakers() {
        return Stream.of(BreakerState.Closed.FIRST, new BreakerState.Closed(3, at(1), at(2), true, 7, 1),
                new BreakerState.Open(at(30), 2), new BreakerState.HalfOpen(new ProbeGrant(9, at(4)), 2, 1),
                new BreakerState.Suspended(SUSPENSION, at(50), 4),
                new BreakerState.Rechecking(SUSPENSION, new ProbeGrant(9, at(4)), 1));
    }

    @ParameterizedTest
    @MethodSource("breakers")
    void shouldRememberEveryStateOfTheBreaker(BreakerState breaker) {
        // Given
        HealthMemory memory = new HealthMemory(77, breaker, "because € 5", new Cooldown(at(9), 3), "resting", new Streak(4, 2),
                new BucketRing());

        // When
        HealthMemory restored = restore(HealthSnapshot.encode(new DeploymentHealth(ID, POLICY, memory))).memory();

        // Then
        assertThat(restored).usingRecursiveComparison().ignoringFields("ring").isEqualTo(memory);
    }

    @Test
    void shouldGoOnAsIfNothingHadHappened() {
        // Given: 25 minutes of anything
        Random random = new Random(5);
        DeploymentHealth health = DeploymentHealth.unknown(ID, POLICY, START);
        Instant now = START;
        for (int i = 0; i < 5_000; i++) {
            now = now.plusMillis(random.nextInt(600));
            applyAnything(health, random, now);

            // When
            if (i % 250 == 0) {
                DeploymentHealth restored = restore(HealthSnapshot.encode(health));

                // Then
                assertThat(countsOf(restored, now)).isEqualTo(countsOf(health, now));
                assertThat(restored.view(now)).usingRecursiveComparison()
                        .ignoringFields("latency", "firstByte", "queueWait").isEqualTo(health.view(now));
                assertThat(HealthSnapshot.encode(restored)).isEqualTo(HealthSnapshot.encode(health));
                health = restored;
            }
        }
    }

    @Test
    void shouldKeepLatenciesOfTheWholeSpan() {
        // Given
        DeploymentHealth health = DeploymentHealth.unknown(ID, POLICY, START);
        for (int i = 0; i < 600; i++) {
            health.apply(success(at(i), 100 + i), at(i));
        }

        // When
        BucketRing before = health.memory().ring();
        BucketRing after = restore(HealthSnapshot.encode(health)).memory().ring();

        // Then
        for (Measure measure : Measure.values()) {
            var expected = before.times(measure, BucketRing.SPAN, at(599));
            var actual = after.times(measure, BucketRing.SPAN, at(599));
            assertThat(actual.getTotalCount()).isEqualTo(600);
            for (double percent : new double[]{1, 50, 99, 100}) {
                assertThat(actual.getValueAtPercentile(percent)).isEqualTo(expected.getValueAtPercentile(percent));
            }
        }
    }

    @Test
    void shouldRaiseTheEpochToTheTimeOfRestoring() {
        // Given
        byte[] snapshot = HealthSnapshot.encode(DeploymentHealth.unknown(ID, POLICY, START));

        // When / Then
        assertThat(HealthSnapshot.restore(snapshot, ID, POLICY, at(60)).health().view(at(60)).epoch())
                .isEqualTo(at(60).toEpochMilli());
        assertThat(restore(snapshot).view(at(60)).epoch()).isEqualTo(START.toEpochMilli());
    }

    @Test
    void shouldStaySmall() {
        // Given
        Random random = new Random(3);
        DeploymentHealth quiet = DeploymentHealth.unknown(ID, POLICY, START);
        DeploymentHealth busy = DeploymentHealth.unknown(ID, POLICY, START);
        for (int i = 0; i < 60_000; i++) {
            Instant now = START.plusMillis(i * 10L);
            AttemptSample sample = success(now, Math.round(Math.exp(7.5 + random.nextGaussian())));
            busy.apply(sample, now);
            if (i % 5_000 == 0) {
                quiet.apply(sample, now);
            }
        }

        // When / Then
        assertThat(HealthSnapshot.encode(quiet)).hasSizeLessThan(400);
        assertThat(HealthSnapshot.encode(busy)).hasSizeLessThan(40_000);
    }

    @Test
    void shouldStartAsUnknownOnAnotherVersion() {
        // Given
        byte[] snapshot = HealthSnapshot.encode(DeploymentHealth.unknown(ID, POLICY, START));
        snapshot[0] = 99;

        // When
        HealthSnapshot.Restored restored = HealthSnapshot.restore(snapshot, ID, POLICY, at(1));

        // Then
        assertThat(restored.discarded()).contains("health snapshot of openai/gpt/eu not usable, starting as unknown: "
                + "version 99, this program reads 1");
        assertThat(restored.health().view(at(1)))
                .isEqualTo(DeploymentHealth.unknown(ID, POLICY, at(1)).view(at(1)));
    }

    @Test
    void shouldNeverThrowOnDamagedBytes() {
        // Given
        Random random = new Random(9);
        DeploymentHealth health = DeploymentHealth.unknown(ID, POLICY, START);
        for (int i = 0; i < 2_000; i++) {
            applyAnything(health, random, START.plusMillis(i * 250L));
        }
        byte[] good = HealthSnapshot.encode(health);
        int discarded = 0;

        // When
        for (int length = 0; length < good.length; length += 1 + length / 40) {
            assertThat(HealthSnapshot.restore(Arrays.copyOf(good, length), ID, POLICY, at(500)).discarded()).isPresent();
        }
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(random.nextBoolean() ? 120 : damaged.length)] = (byte) random.nextInt(256);
            }
            HealthSnapshot.Restored restored = HealthSnapshot.restore(damaged, ID, POLICY, at(500));
            discarded += restored.discarded().isPresent() ? 1 : 0;

            // Then: whatever was made of it still works
            restored.health().apply(failure(at(501), FailureKind.TIMEOUT), at(501));
            restored.health().tick(at(502));
            restored.health().view(at(502));
        }
        assertThat(discarded).isGreaterThan(100);
        assertThat(HealthSnapshot.restore(Arrays.copyOf(good, good.length + 1), ID, POLICY, at(500)).discarded().orElseThrow())
                .endsWith("1 bytes too many");
    }

    @Test
    void shouldReadAndWriteNumbersOfEverySize() {
        // Given
        List<Long> numbers = List.of(0L, 1L, 127L, 128L, 16_383L, 16_384L, 1L << 40, Long.MAX_VALUE);
        SnapshotWriter out = new SnapshotWriter();
        numbers.forEach(out::unsigned);
        out.instant(Instant.EPOCH.minusSeconds(5));

        // When
        SnapshotReader in = new SnapshotReader(out.toBytes());

        // Then
        for (long number : numbers) {
            assertThat(in.unsigned(Long.MAX_VALUE)).isEqualTo(number);
        }
        assertThat(in.instant()).isEqualTo(Instant.EPOCH);
        in.requireEnd();
        assertThatIllegalArgumentException().isThrownBy(() -> out.unsigned(-1));
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0xff);
        assertThatIllegalArgumentException().isThrownBy(() -> new SnapshotReader(endless).unsigned(Long.MAX_VALUE))
                .withMessageContaining("number without end");
    }

    private static void applyAnything(DeploymentHealth health, Random random, Instant now) {
        int pick = random.nextInt(100);
        FailureKind[] kinds = FailureKind.values();
        long grant = health.memory().breaker().outstandingGrant().map(ProbeGrant::id).orElse(-1L);
        if (grant >= 0 && pick < 20) {
            health.apply(probe(now, new Outcome.Succeeded(), grant), now);
        } else if (pick < 85) {
            health.apply(success(now, 1 + random.nextInt(5_000)), now);
        } else if (pick < 88) {
            health.apply(rateLimited(now, Duration.ofSeconds(random.nextInt(40))), now);
        } else if (pick < 99) {
            health.apply(failure(now, FailureKind.SERVER_ERROR), now);
        } else {
            health.apply(failure(now, kinds[random.nextInt(kinds.length)]), now);
        }
        health.tick(now);
    }

    private static Map<FailureKind, List<Integer>> countsOf(DeploymentHealth health, Instant now) {
        BucketRing ring = health.memory().ring();
        Map<FailureKind, List<Integer>> counts = new EnumMap<>(FailureKind.class);
        for (Duration window : POLICY.opening().windows()) {
            WindowCounts sums = ring.counts(window, now);
            counts.merge(FailureKind.UNKNOWN, List.of(sums.successes(), sums.sick()), HealthSnapshotTest::joined);
            ring.failures(window, now).forEach((kind, count) -> counts.merge(kind, List.of(count), HealthSnapshotTest::joined));
        }
        return counts;
    }

    private static List<Integer> joined(List<Integer> one, List<Integer> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    private static DeploymentHealth restore(byte[] snapshot) {
        HealthSnapshot.Restored restored = HealthSnapshot.restore(snapshot, ID, POLICY, Instant.EPOCH);
        assertThat(restored.discarded()).isEmpty();
        return restored.health();
    }
}
