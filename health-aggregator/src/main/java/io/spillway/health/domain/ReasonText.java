package io.spillway.health.domain;

import java.time.Duration;
import java.util.Optional;

/** The sentences an operator reads at three in the morning. Same numbers as the rule that decided, no locale. */
final class ReasonText {

    static final String NEVER_OPENED = "closed: nothing has opened it yet";

    private ReasonText() {}

    static String openedByRate(Verdict.SickByRate verdict, FailureKind mainKind) {
        WindowCounts counts = verdict.counts();
        return "opened: " + counts.sick() + " of " + counts.n() + " results in " + seconds(counts.window()) + " failed ("
                + percent(counts.rate(), 0) + ", lower bound " + above(verdict.lowerBound(), verdict.threshold())
                + "), mostly " + mainKind;
    }

    static String openedByStreak(Verdict.SickByStreak verdict, FailureKind lastKind) {
        if (verdict.hardLocal()) {
            return "opened: " + verdict.length() + " calls in a row could not connect (" + lastKind + ")";
        }
        return "opened: " + verdict.length() + " results in a row failed, the last with " + lastKind;
    }

    static String openedInRamp(int failures, int n, FailureKind kind) {
        return "opened: " + failures + " of " + n + " results failed while traffic was coming back, the last with " + kind;
    }

    static String openedByProbe(FailureKind kind) {
        return "opened: the probe failed with " + kind;
    }

    static String probeGranted(Optional<Suspension> suspension) {
        return suspension.map(it -> "rechecking " + it.kind() + ": one attempt may try").orElse("half open: one attempt may try");
    }

    static String probeSucceeded(int successes, int needed) {
        return "half open: " + successes + " of " + needed + " probes succeeded";
    }

    static String probeInconclusive(FailureKind kind) {
        return "probing again: the last probe ended with " + kind + ", which does not tell";
    }

    static String probeExpired(Duration lifetime) {
        return "probing again: no answer to the last probe within " + seconds(lifetime);
    }

    static String closed(int successes) {
        return "closed: " + successes + (successes == 1 ? " probe succeeded" : " probes in a row succeeded")
                + ", traffic is coming back";
    }

    static String rampFinished() {
        return "closed: all traffic is back";
    }

    static String suspended(Suspension suspension, Duration recheckAfter) {
        String times = suspension.strikes() == 1 ? "" : " " + suspension.strikes() + " times in a row";
        return "suspended: " + suspension.kind() + times + ", rechecked in " + seconds(recheckAfter);
    }

    static String resumed(Suspension suspension) {
        return "closed: the recheck of " + suspension.kind() + " succeeded, traffic is coming back";
    }

    static String cooldown(Duration rest, Optional<Duration> hint) {
        return "resting for " + seconds(rest) + " after a rate limit, "
                + hint.map(it -> "the provider asked for " + seconds(it)).orElse("the provider gave no hint");
    }

    static String shareWhenLast(double share) {
        return share > 0
                ? "open, but it answers: takes " + percent(share, 0) + " of what no other deployment is left for"
                : "open, and nothing comes back: takes nothing but probes";
    }

    /** "19 % &gt; 15 %", with as many decimals as it takes to see the difference. */
    private static String above(double value, double limit) {
        int decimals = 0;
        while (decimals < 3 && percent(value, decimals).equals(percent(limit, decimals))) {
            decimals++;
        }
        return percent(value, decimals) + " > " + percent(limit, decimals);
    }

    private static String percent(double share, int decimals) {
        double scale = Math.pow(10, decimals);
        double rounded = Math.round(share * 100 * scale) / scale;
        return (decimals == 0 ? String.valueOf((long) rounded) : String.valueOf(rounded)) + " %";
    }

    private static String seconds(Duration duration) {
        if (duration.toMillis() % 1_000 == 0) {
            return duration.toSeconds() + " s";
        }
        return duration.toMillis() / 1_000.0 + " s";
    }
}
