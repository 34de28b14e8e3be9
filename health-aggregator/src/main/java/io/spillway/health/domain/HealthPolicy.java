package io.spillway.health.domain;

import java.time.Duration;
import java.util.List;

/**
 * Every number the health rules use. The defaults come from a simulation of low-volume, high-latency traffic and from what
 * Envoy, Finagle and Linkerd ship with. Every constructor throws {@link IllegalArgumentException} naming the field, the
 * allowed range and the value that was given.
 */
public record HealthPolicy(Opening opening, OpenTime openTime, Probing probing, CooldownLimits cooldown,
        SuspensionTimes suspension, Reporting reporting) {

    /** The numbers used when an operator sets none. */
    public static HealthPolicy defaults() {
        return new HealthPolicy(Opening.defaults(), OpenTime.defaults(), Probing.defaults(), CooldownLimits.defaults(),
                SuspensionTimes.defaults(), Reporting.defaults());
    }

    /**
     * When a closed breaker opens.
     *
     * @param threshold failure rate that opens, never below 0.15
     * @param z standard deviations of the Wilson lower bound; 2.33 is a one-sided 99 %
     * @param minSamples results a window needs before it is judged
     * @param minSamplesLongest results that are enough in the longest window
     * @param windows ascending multiples of 10 s between 60 s and 600 s; the shortest one with enough results is judged
     * @param consecutive sick results in a row that open at once; 0 turns the rule off
     * @param hardLocalConsecutive the same for failures on our side of the wire; 0 turns the rule off
     */
    public record Opening(double threshold, double z, int minSamples, int minSamplesLongest, List<Duration> windows,
            int consecutive, int hardLocalConsecutive) {

        public Opening {
            PolicyChecks.between("health.threshold", threshold, 0.15, 0.9);
            PolicyChecks.between("health.z", z, 1.0, 5.0);
            PolicyChecks.between("health.min_samples", minSamples, 3, 1_000);
            PolicyChecks.between("health.min_samples_longest", minSamplesLongest, 3, minSamples);
            windows = List.copyOf(windows);
            PolicyChecks.windows("health.windows", windows);
            PolicyChecks.between("health.consecutive", consecutive, 0, 1_000);
            PolicyChecks.between("health.hard_local_consecutive", hardLocalConsecutive, 0, 1_000);
        }

        public static Opening defaults() {
            return new Opening(0.15, 2.33, 10, 5,
                    List.of(Duration.ofSeconds(60), Duration.ofSeconds(120), Duration.ofSeconds(300), Duration.ofSeconds(600)), 5,
                    3);
        }

        Duration longestWindow() {
            return windows.getLast();
        }
    }

    /**
     * How long a breaker stays open: {@code base * 2^k}, at most {@code cap}, spread by {@code jitter} to both sides.
     *
     * @param base the first open time
     * @param cap the longest open time before jitter
     * @param jitter share of the open time by which it may be shorter or longer
     * @param healthyPerStep closed time after which {@code k} drops by one
     */
    public record OpenTime(Duration base, Duration cap, double jitter, Duration healthyPerStep) {

        public OpenTime {
            PolicyChecks.between("open.base", base, Duration.ofSeconds(1), Duration.ofMinutes(10));
            PolicyChecks.between("open.cap", cap, base, Duration.ofHours(1));
            PolicyChecks.between("open.jitter", jitter, 0.0, 0.5);
            PolicyChecks.between("open.healthy_per_step", healthyPerStep, Duration.ofSeconds(1), Duration.ofHours(1));
        }

        public static OpenTime defaults() {
            return new OpenTime(Duration.ofSeconds(30), Duration.ofSeconds(300), 0.2, Duration.ofSeconds(60));
        }

        /** The smallest exponent that reaches the cap; counting further would only delay the way back down. */
        int largestExponent() {
            int exponent = 0;
            for (Duration time = base; time.compareTo(cap) < 0; time = time.multipliedBy(2)) {
                exponent++;
            }
            return exponent;
        }

        /** @param draw in [0, 1): 0 gives the shortest, 1 the longest jittered time */
        Duration forExponent(int exponent, double draw) {
            long plain = Math.min(cap.toMillis(), base.toMillis() << Math.min(exponent, largestExponent()));
            return Duration.ofMillis(Math.round(plain * (1 + jitter * (2 * draw - 1))));
        }

        Duration longest() {
            return forExponent(largestExponent(), 1.0);
        }
    }

    /**
     * How a deployment comes back.
     *
     * @param grantLifetime after this an unanswered probe grant is replaced; the longest time one call may take
     * @param successesToClose probe successes in a row that close the breaker
     * @param ramp time from the first share of traffic to all of it
     * @param rampFrom share of its weight the deployment gets at first
     * @param rampFailuresToReopen sick results during the ramp that open the breaker again, once they are surely more than
     *        the threshold of all results of the ramp
     */
    public record Probing(Duration grantLifetime, int successesToClose, Duration ramp, double rampFrom,
            int rampFailuresToReopen) {

        public Probing {
            PolicyChecks.between("probe.grant_lifetime", grantLifetime, Duration.ofSeconds(1), Duration.ofHours(1));
            PolicyChecks.between("probe.successes_to_close", successesToClose, 1, 100);
            PolicyChecks.between("probe.ramp", ramp, Duration.ofSeconds(1), Duration.ofHours(1));
            PolicyChecks.between("probe.ramp_from", rampFrom, 0.01, 1.0);
            PolicyChecks.between("probe.ramp_failures_to_reopen", rampFailuresToReopen, 1, 100);
        }

        public static Probing defaults() {
            return new Probing(Duration.ofSeconds(180), 3, Duration.ofSeconds(60), 0.1, 2);
        }
    }

    /**
     * Bounds of the rest after a 429.
     *
     * @param shortest also the first rest when the provider gave no hint
     * @param longest also where doubling without a hint stops
     */
    public record CooldownLimits(Duration shortest, Duration longest) {

        public CooldownLimits {
            PolicyChecks.between("capacity.cooldown.shortest", shortest, Duration.ofMillis(100), Duration.ofMinutes(1));
            PolicyChecks.between("capacity.cooldown.longest", longest, shortest, Duration.ofHours(1));
        }

        public static CooldownLimits defaults() {
            return new CooldownLimits(Duration.ofSeconds(1), Duration.ofSeconds(120));
        }
    }

    /**
     * Time until a suspended deployment is rechecked by one probe.
     *
     * @param quota after an exhausted quota
     * @param credential after the first refused credential; doubles with every further refusal
     * @param credentialLongest where that doubling stops
     * @param model after an unknown model
     */
    public record SuspensionTimes(Duration quota, Duration credential, Duration credentialLongest, Duration model) {

        public SuspensionTimes {
            Duration day = Duration.ofDays(1);
            Duration second = Duration.ofSeconds(1);
            PolicyChecks.between("suspension.quota", quota, second, day);
            PolicyChecks.between("suspension.credential", credential, second, day);
            PolicyChecks.between("suspension.credential_longest", credentialLongest, credential, day);
            PolicyChecks.between("suspension.model", model, second, day);
        }

        public static SuspensionTimes defaults() {
            return new SuspensionTimes(Duration.ofMinutes(5), Duration.ofSeconds(60), Duration.ofMinutes(10),
                    Duration.ofMinutes(10));
        }

        Duration longest() {
            Duration other = quota.compareTo(model) > 0 ? quota : model;
            return credentialLongest.compareTo(other) > 0 ? credentialLongest : other;
        }
    }

    /**
     * What is published and how fresh it is.
     *
     * @param heartbeat the state is published at least this often
     * @param staleAfter readers treat a state older than this as unknown
     * @param workerExpiry a worker silent for this long no longer counts
     * @param minSamplesForP99 with fewer latencies only the median and the maximum are published
     */
    public record Reporting(Duration heartbeat, Duration staleAfter, Duration workerExpiry, int minSamplesForP99) {

        public Reporting {
            PolicyChecks.between("state.heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofMinutes(1));
            PolicyChecks.between("state.stale_after", staleAfter, heartbeat.multipliedBy(2), Duration.ofHours(1));
            PolicyChecks.between("state.worker_expiry", workerExpiry, Duration.ofSeconds(1), Duration.ofMinutes(10));
            PolicyChecks.between("state.min_samples_for_p99", minSamplesForP99, 1, 10_000);
        }

        public static Reporting defaults() {
            return new Reporting(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(15), 20);
        }
    }
}
