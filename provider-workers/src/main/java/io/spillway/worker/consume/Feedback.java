package io.spillway.worker.consume;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Usage;
import io.spillway.worker.provider.CallOutcome;

/**
 * What a call's end tells the limiter.
 *
 * @param load what it says about the provider's load
 * @param tokens tokens really used; negative = unknown
 * @param holdMillis how long the provider asks us to stay away
 */
record Feedback(Load load, long tokens, long holdMillis) {

    /** Most we stay away on a provider's word; the router has its own cooldown. */
    private static final long LONGEST_HOLD_MILLIS = 120_000;
    private static final long TOKENS_UNKNOWN = -1;

    enum Load { LIGHT, TOO_MUCH, UNRELATED }

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
        Long hint = failure.getRetryAfterMillis();
        long hold = isLoad && hint != null ? Math.clamp(hint, 0, LONGEST_HOLD_MILLIS) : 0;
        return new Feedback(isLoad ? Load.TOO_MUCH : Load.UNRELATED, failure.getMaybePaid() ? TOKENS_UNKNOWN : 0, hold);
    }
}
