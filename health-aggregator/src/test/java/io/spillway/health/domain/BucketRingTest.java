package io.spillway.health.domain;

import static io.spillway.health.domain.FailureKind.INVALID_REQUEST;
import static io.spillway.health.domain.FailureKind.RATE_LIMITED;
import static io.spillway.health.domain.FailureKind.SERVER_ERROR;
import static io.spillway.health.domain.FailureKind.TIMEOUT;
import static io.spillway.health.domain.Samples.at;
import static io.spillway.health.domain.Samples.failure;
import static io.spillway.health.domain.Samples.success;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketRingTest {

    private static final Duration MINUTE = Duration.ofSeconds(60);

    private final BucketRing ring = new BucketRing();

    @Test
    void shouldCountSuccessesAndSickFailuresButListAllFailures() {
        // When
        ring.record(success(at(0)), at(0));
        ring.record(failure(at(1), SERVER_ERROR), at(1));
        ring.record(failure(at(2), SERVER_ERROR), at(2));
        ring.record(failure(at(3), TIMEOUT), at(3));
        ring.record(failure(at(4), RATE_LIMITED), at(4));
        ring.record(failure(at(5), INVALID_REQUEST), at(5));

        // Then
        assertThat(ring.counts(MINUTE, at(6))).isEqualTo(new WindowCounts(MINUTE, 1, 3));
        assertThat(ring.failures(MINUTE, at(6)))
                .isEqualTo(Map.of(SERVER_ERROR, 2, TIMEOUT, 1, RATE_LIMITED, 1, INVALID_REQUEST, 1));
    }

    @Test
    void shouldCoverAtLeastTheWindowAndAtMostTenSecondsMore() {
        // Given
        ring.record(success(at(5)), at(5));

        // When / Then
        assertThat(ring.counts(MINUTE, at(65)).n()).isEqualTo(1);
        assertThat(ring.counts(MINUTE, at(69)).n()).isEqualTo(1);
        assertThat(ring.counts(MINUTE, at(70)).n()).isZero();
        assertThat(ring.counts(BucketRing.SPAN, at(609)).n()).isEqualTo(1);
        assertThat(ring.counts(BucketRing.SPAN, at(610)).n()).isZero();
    }

    @Test
    void shouldPutLateResultsWhereTheyBelong() {
        // Given
        ring.record(success(at(300)), at(300));

        // When
        boolean recorded = ring.record(success(at(100)), at(300));

        // Then
        assertThat(recorded).isTrue();
        assertThat(ring.counts(MINUTE, at(300)).n()).isEqualTo(1);
        assertThat(ring.counts(BucketRing.SPAN, at(300)).n()).isEqualTo(2);
    }

    @Test
    void shouldDropResultsOlderThanTheSpan() {
        // When / Then
        assertThat(ring.record(success(at(0)), at(609))).isTrue();
        assertThat(ring.record(success(at(0)), at(610))).isFalse();
        assertThat(ring.counts(BucketRing.SPAN, at(610)).n()).isZero();
    }

    @Test
    void shouldCountAResultFromTheFutureAsNow() {
        // When
        ring.record(success(at(86_400)), at(0));
        ring.record(success(at(0)), at(0));

        // Then
        assertThat(ring.counts(MINUTE, at(0)).n()).isEqualTo(2);
        assertThat(ring.counts(MINUTE, at(70)).n()).isZero();
    }

    @Test
    void shouldStandStillWhenTheClockStepsBackALittle() {
        // Given
        ring.record(success(at(600)), at(600));

        // When
        boolean recorded = ring.record(success(at(300)), at(300));

        // Then
        assertThat(recorded).isTrue();
        assertThat(ring.counts(MINUTE, at(300)).n()).isEqualTo(1);
        assertThat(ring.counts(BucketRing.SPAN, at(300)).n()).isEqualTo(2);
    }

    @Test
    void shouldStartAnewWhenTheClockStepsBackByMoreThanTheSpan() {
        // Given
        ring.record(success(at(7_200)), at(7_200));

        // When
        boolean recorded = ring.record(success(at(0)), at(0));

        // Then
        assertThat(recorded).isTrue();
        assertThat(ring.counts(BucketRing.SPAN, at(0)).n()).isEqualTo(1);
    }

    @Test
    void shouldForgetResultsButKeepLatenciesWhenCleared() {
        // Given
        ring.record(success(at(0), 500), at(0));
        ring.record(failure(at(0), TIMEOUT), at(0));

        // When
        ring.clearCounts();

        // Then
        assertThat(ring.counts(MINUTE, at(0)).n()).isZero();
        assertThat(ring.failures(MINUTE, at(0))).isEmpty();
        assertThat(ring.times(Measure.DURATION, MINUTE, at(0)).getTotalCount()).isEqualTo(1);
    }

    @Test
    void shouldKeepCallTimesOfSuccessesAndWaitsOfAll() {
        // When
        ring.record(new AttemptSample(at(0), new Outcome.Succeeded(), 500, OptionalLong.of(50), 5, OptionalLong.empty()), at(0));
        ring.record(new AttemptSample(at(0), new Outcome.Succeeded(), 700, OptionalLong.empty(), 5, OptionalLong.empty()),
                at(0));
        ring.record(failure(at(0), TIMEOUT), at(0));

        // Then
        assertThat(ring.times(Measure.DURATION, MINUTE, at(0)).getTotalCount()).isEqualTo(2);
        assertThat(ring.times(Measure.FIRST_BYTE, MINUTE, at(0)).getTotalCount()).isEqualTo(1);
        assertThat(ring.times(Measure.QUEUE_WAIT, MINUTE, at(0)).getTotalCount()).isEqualTo(3);
    }

    @Test
    void shouldListNothingWhenNothingWasRecorded() {
        // Given
        Deque<Bucket> seen = new ArrayDeque<>();

        // When
        ring.clearCounts();
        ring.forEachBucket(seen::add);

        // Then
        assertThat(seen).isEmpty();
        assertThat(ring.counts(MINUTE, at(0)).rate()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldAgreeWithAPlainListOfResultsForAnyOrder(long seed) {
        // Given
        Random random = new Random(seed);
        Deque<Instant> plain = new ArrayDeque<>();
        long now = 0;

        for (int i = 0; i < 3_000; i++) {
            // When
            now += random.nextInt(8) == 0 ? random.nextInt(100) : random.nextInt(3);
            Instant appended = at(now - random.nextInt(random.nextInt(10) == 0 ? 900 : 20));
            boolean recent = BucketRing.bucketNumber(appended) > BucketRing.bucketNumber(at(now)) - BucketRing.BUCKETS;
            assertThat(ring.record(success(appended), at(now))).isEqualTo(recent);
            if (recent) {
                plain.add(appended);
            }

            // Then
            long oldest = BucketRing.bucketNumber(at(now)) - 12;
            long expected = plain.stream().filter(it -> BucketRing.bucketNumber(it) >= oldest).count();
            assertThat(ring.counts(Duration.ofSeconds(120), at(now)).successes()).isEqualTo((int) expected);
        }
    }
}
