package io.spillway.cli.config;

import java.math.BigDecimal;
import java.time.Duration;

import io.spillway.v1.HealthPolicyEntry;

/** Reads the numbers of the failure detector. What is not given keeps the default of the contract. */
final class HealthReader {

    /** A lower threshold would call ordinary noise of a provider an outage. */
    private static final BigDecimal LOWEST_THRESHOLD = new BigDecimal("0.15");
    private static final BigDecimal HIGHEST_THRESHOLD = new BigDecimal("0.9");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private HealthReader() {}

    static HealthPolicyEntry read(Block block) {
        HealthPolicyEntry defaults = HealthPolicyEntry.newBuilder().build();
        HealthPolicyEntry.Builder policy = HealthPolicyEntry.newBuilder();
        block.decimal("failureRateThreshold", LOWEST_THRESHOLD, HIGHEST_THRESHOLD, 6)
                .ifPresent(number -> policy.setFailureRateThreshold(number.doubleValue()));
        block.decimal("confidenceZ", BigDecimal.ONE, BigDecimal.valueOf(5), 6)
                .ifPresent(number -> policy.setConfidenceZ(number.doubleValue()));
        block.number("minimumCalls", 3, 1_000).ifPresent(number -> policy.setMinimumCalls(Math.toIntExact(number)));
        block.number("consecutiveFailures", 0, 1_000)
                .ifPresent(number -> policy.setConsecutiveFailures(Math.toIntExact(number)));
        block.number("consecutiveLocalFailures", 0, 1_000)
                .ifPresent(number -> policy.setConsecutiveLocalFailures(Math.toIntExact(number)));
        block.number("successesToClose", 1, 100).ifPresent(number -> policy.setSuccessesToClose(Math.toIntExact(number)));
        policy.setOpenMillis(millis(block, "openTime", defaults.getOpenMillis(), SECOND, Duration.ofMinutes(10)))
                .setMaxOpenMillis(millis(block, "maxOpenTime", defaults.getMaxOpenMillis(), SECOND, HOUR))
                .setProbeTimeoutMillis(millis(block, "probeTimeout", defaults.getProbeTimeoutMillis(), SECOND, HOUR))
                .setRampMillis(millis(block, "ramp", defaults.getRampMillis(), SECOND, HOUR))
                .setMinCooldownMillis(millis(block, "minCooldown", defaults.getMinCooldownMillis(), Duration.ofMillis(100),
                        Duration.ofMinutes(1)))
                .setMaxCooldownMillis(millis(block, "maxCooldown", defaults.getMaxCooldownMillis(), SECOND, HOUR));
        requireOrder(block, "openTime", policy.getOpenMillis(), "maxOpenTime", policy.getMaxOpenMillis());
        requireOrder(block, "minCooldown", policy.getMinCooldownMillis(), "maxCooldown", policy.getMaxCooldownMillis());
        return policy.build();
    }

    private static long millis(Block block, String key, long otherwise, Duration least, Duration most) {
        return block.duration(key, Duration.ofMillis(otherwise), least, most).toMillis();
    }

    private static void requireOrder(Block block, String lower, long lowerMillis, String upper, long upperMillis) {
        if (lowerMillis > upperMillis) {
            block.problem(block.has(lower) ? lower : upper, lower + " is longer than " + upper + " "
                    + Durations.text(Duration.ofMillis(upperMillis)) + ":", Durations.text(Duration.ofMillis(lowerMillis)),
                    "make " + upper + " at least as long");
        }
    }
}
