package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.v1.Lane;
import io.spillway.v1.Limits;
import io.spillway.worker.domain.LimitShare;
import io.spillway.worker.domain.LimitShare.Owned;
import io.spillway.worker.domain.RateReport;
import io.spillway.worker.domain.RateReport.Quota;

/** Whatever happens in whatever order, the limiter keeps its word and comes back. */
class LimiterSimulationTest {

    private static final int SEEDS = 60;
    private static final int STEPS = 600;
    private static final long[] ODD = {Long.MIN_VALUE, -1, 0, 1, 2, 7, 500, 60_000, 1_000_000, 1_000_000_000_000L,
            Long.MAX_VALUE};

    private final List<Permit> held = new ArrayList<>();
    private long now = 1_000_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldNeverExceedItsLimitAndAlwaysComeBack(int group) {
        for (int seed = 0; seed < SEEDS; seed++) {
            SplittableRandom random = new SplittableRandom(group * 1_000L + seed);
            held.clear();
            DeploymentLimiter limiter = new DeploymentLimiter(limits(random), share(random), now);
            for (int step = 0; step < STEPS; step++) {
                step(limiter, random);
                assertThat(limiter.inFlight()).isEqualTo(held.size());
            }
            shouldComeBack(limiter, random, "group " + group + ", seed " + seed);
        }
    }

    private void step(DeploymentLimiter limiter, SplittableRandom random) {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> acquire(limiter, random.nextInt(3) == 0 ? Lane.BATCH : Lane.INTERACTIVE, tokens(random));
            case 4, 5, 6 -> {
                if (!held.isEmpty()) {
                    held.remove(random.nextInt(held.size())).finish(feedback(random), now);
                }
            }
            case 7 -> {
                if (!held.isEmpty()) {
                    held.remove(random.nextInt(held.size())).cancel(now);
                }
            }
            case 8 -> limiter.update(limits(random), share(random), now);
            default -> now += random.nextLong(1L << random.nextInt(18));
        }
    }

    private void acquire(DeploymentLimiter limiter, Lane lane, long tokens) {
        int before = limiter.inFlight();
        Permit permit = limiter.tryAcquire(lane, tokens, now);
        if (permit != null) {
            held.add(permit);
            assertThat(before).as("in flight before one more of %s", lane).isLessThan(limiter.limit());
        }
    }

    /** Calls end and say nothing, time goes on, both lanes ask: interactive goes on within minutes, and batch after its turns. */
    private void shouldComeBack(DeploymentLimiter limiter, SplittableRandom random, String story) {
        held.forEach(permit -> permit.finish(new Feedback(Feedback.Load.UNRELATED, 0, 0), now));
        held.clear();
        limiter.update(limits(random), LimitShare.WHOLE, now);
        long since = now;
        long interactive = -1;
        long batch = -1;
        while ((interactive < 0 || batch < 0) && now - since < 3_600_000) {
            Permit one = limiter.tryAcquire(Lane.INTERACTIVE, 1, now);
            Permit other = limiter.tryAcquire(Lane.BATCH, 1, now);
            if (one != null) {
                one.finish(new Feedback(Feedback.Load.LIGHT, 1, 0), now);
                interactive = interactive < 0 ? now - since : interactive;
            }
            if (other != null) {
                other.finish(new Feedback(Feedback.Load.LIGHT, 1, 0), now);
                batch = batch < 0 ? now - since : batch;
            }
            now += 100;
        }
        assertThat(interactive).as("interactive, %s", story).isBetween(0L, 300_000L);
        assertThat(batch).as("batch, %s", story).isBetween(0L, 1_000_000L);
    }

    private static Limits limits(SplittableRandom random) {
        return Limits.newBuilder().setConcurrency(Math.clamp(odd(random), -5, 10_000))
                .setRequestsPerMinute(random.nextBoolean() ? null : Long.valueOf(odd(random)))
                .setTokensPerMinute(random.nextBoolean() ? null : Long.valueOf(odd(random))).build();
    }

    private static LimitShare share(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> LimitShare.UNKNOWN;
            case 1 -> new LimitShare(new Owned(random.nextInt(13), 12), new Owned(random.nextInt(7), 6));
            default -> LimitShare.WHOLE;
        };
    }

    private static Feedback feedback(SplittableRandom random) {
        Feedback.Load load = Feedback.Load.values()[random.nextInt(3)];
        long hold = Math.clamp(odd(random), 0, 120_000);
        return new Feedback(load, odd(random), hold, new RateReport(quota(random), quota(random)));
    }

    private static Quota quota(SplittableRandom random) {
        return new Quota(maybe(random), maybe(random), maybe(random));
    }

    private static OptionalLong maybe(SplittableRandom random) {
        return random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(odd(random));
    }

    private static long tokens(SplittableRandom random) {
        return random.nextInt(4) == 0 ? Math.max(1, odd(random)) : 1 + random.nextInt(2_000);
    }

    private static long odd(SplittableRandom random) {
        return ODD[random.nextInt(ODD.length)];
    }
}
