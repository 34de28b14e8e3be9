package io.spillway.health.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Samples with the fields a test does not care about filled in. */
final class Samples {

    static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private Samples() {}

    static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }

    static AttemptSample success(Instant at) {
        return sample(at, new Outcome.Succeeded(), 100, OptionalLong.empty());
    }

    static AttemptSample success(Instant at, long durationMs) {
        return sample(at, new Outcome.Succeeded(), durationMs, OptionalLong.empty());
    }

    static AttemptSample failure(Instant at, FailureKind kind) {
        return sample(at, new Outcome.Failed(kind), 100, OptionalLong.empty());
    }

    static AttemptSample rateLimited(Instant at, Duration hint) {
        return sample(at, new Outcome.Failed(FailureKind.RATE_LIMITED, Optional.of(hint)), 100, OptionalLong.empty());
    }

    static AttemptSample probe(Instant at, Outcome outcome, long grantId) {
        return sample(at, outcome, 100, OptionalLong.of(grantId));
    }

    static AttemptSample sample(Instant at, Outcome outcome, long durationMs, OptionalLong grantId) {
        return new AttemptSample(at, outcome, durationMs, OptionalLong.of(durationMs / 2), 7, grantId);
    }
}
