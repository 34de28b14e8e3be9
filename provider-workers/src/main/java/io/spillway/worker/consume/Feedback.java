package io.spillway.worker.consume;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Usage;
import io.spillway.worker.domain.Pace;
import io.spillway.worker.domain.RateReport;
import io.spillway.worker.provider.CallOutcome;

/**
 * What a call's end tells the limiter.
 *
 * @param load what it says about the provider's load
 * @param tokens tokens really used; negative = unknown
 * @param holdMillis how long to stay away
 * @param rates what the answer's headers say about the provider's quotas
 */
record Feedback(Load load, long tokens, long holdMillis, RateReport rates) {

    /** After RATE_LIMITED at least this; a hint of 0 would be an invitation to a storm. */
    private static final long SHORTEST_HOLD_MILLIS = 1_000;
    private static final long TOKENS_UNKNOWN = -1;

    Feedback(Load load, long tokens, long holdMillis) {
        this(load, tokens, holdMillis, RateReport.NONE);
    }

    enum Load { LIGHT, TOO_MUCH, UNRELATED }

    static Feedback of(CallEnd end) {
        Feedback feedback = of(end.outcome());
        return new Feedback(feedback.load(), feedback.tokens(), feedback.holdMillis(), end.rates());
    }

    static Feedback of(CallOutcome outcome) {
        return switch (outcome) {
            case CallOutcome.Answered(var response) -> {
                Usage usage = response.getUsage();
                yield new Feedback(Load.LIGHT, usage == null ? TOKENS_UNKNOWN : usage.getTotalTokens(), 0);
            }
            case CallOutcome.Failed(Failure failure, String parameter) -> ofFailure(failure);
        };
    }

    private static Feedback ofFailure(Failure failure) {
        boolean isLoad = failure.getKind() == FailureKind.RATE_LIMITED || failure.getKind() == FailureKind.OVERLOADED;
        long shortest = failure.getKind() == FailureKind.RATE_LIMITED ? SHORTEST_HOLD_MILLIS : 0;
        Long hint = failure.getRetryAfterMillis();
        long hold = isLoad ? Math.clamp(hint == null ? 0 : hint, shortest, Pace.LONGEST_WAIT_MILLIS) : 0;
        return new Feedback(isLoad ? Load.TOO_MUCH : Load.UNRELATED, failure.getMaybePaid() ? TOKENS_UNKNOWN : 0, hold);
    }
}
