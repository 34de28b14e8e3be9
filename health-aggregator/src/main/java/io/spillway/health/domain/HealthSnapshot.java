package io.spillway.health.domain;

import io.spillway.health.domain.BreakerState.Closed;
import io.spillway.health.domain.BreakerState.HalfOpen;
import io.spillway.health.domain.BreakerState.Open;
import io.spillway.health.domain.BreakerState.Rechecking;
import io.spillway.health.domain.BreakerState.Suspended;
import java.time.Instant;
import java.util.Optional;

/**
 * The memory of a deployment's health as bytes, so that a restarted aggregator goes on where it stopped. The first byte is
 * the version. Bytes of another version or damaged ones are not an error: the deployment starts as unknown, which is
 * closed, and is judged anew within seconds of traffic.
 */
public final class HealthSnapshot {

    private static final int VERSION = 1;
    private static final int CLOSED = 0;
    private static final int OPEN = 1;
    private static final int HALF_OPEN = 2;
    private static final int SUSPENDED = 3;
    private static final int RECHECKING = 4;
    private static final int MAX = Integer.MAX_VALUE;

    private HealthSnapshot() {}

    /**
     * A deployment as far as it could be restored.
     *
     * @param health what goes on
     * @param discarded why the bytes could not be used and {@code health} starts as unknown; empty when they were
     */
    public record Restored(DeploymentHealth health, Optional<String> discarded) {}

    /**
     * At most a few dozen kilobytes on a busy deployment, a few hundred bytes on a quiet one. Take it after every call that
     * returned transitions: an older snapshot may grant a probe that is out already.
     */
    public static byte[] encode(DeploymentHealth health) {
        HealthMemory memory = health.memory();
        SnapshotWriter out = new SnapshotWriter();
        out.unsigned(VERSION);
        out.unsigned(memory.epoch());
        writeBreaker(memory.breaker(), out);
        out.text(memory.breakerReason());
        out.instant(memory.cooldown().until());
        out.unsigned(memory.cooldown().level());
        out.text(memory.cooldownReason());
        out.unsigned(memory.streak().sick());
        out.unsigned(memory.streak().hardLocal());
        RingSnapshot.write(memory.ring(), out);
        return out.toBytes();
    }

    /**
     * Never throws for what is in {@code snapshot}. The epoch is raised to {@code now}, so that readers take the restored
     * state even when it is older than the last one published.
     */
    public static Restored restore(byte[] snapshot, String deployment, HealthPolicy policy, Instant now) {
        try {
            HealthMemory memory = read(new SnapshotReader(snapshot)).publishedFrom(now);
            return new Restored(new DeploymentHealth(deployment, policy, memory), Optional.empty());
        } catch (IllegalArgumentException unreadable) {
            return new Restored(DeploymentHealth.unknown(deployment, policy, now),
                    Optional.of("health snapshot of " + deployment + " not usable, starting as unknown: "
                            + unreadable.getMessage()));
        }
    }

    private static HealthMemory read(SnapshotReader in) {
        int version = in.unsignedInt(MAX);
        if (version != VERSION) {
            throw new IllegalArgumentException("version " + version + ", this program reads " + VERSION);
        }
        HealthMemory memory = new HealthMemory(in.unsigned(Long.MAX_VALUE / 2), readBreaker(in), in.text(),
                new Cooldown(in.instant(), in.unsignedInt(MAX / 2)), in.text(),
                new Streak(in.unsignedInt(MAX / 2), in.unsignedInt(MAX / 2)), RingSnapshot.read(in));
        in.requireEnd();
        return memory;
    }

    private static void writeBreaker(BreakerState breaker, SnapshotWriter out) {
        switch (breaker) {
            case Closed closed -> {
                out.unsigned(CLOSED);
                out.instant(closed.since());
                out.instant(closed.steppedDownAt());
                out.unsigned(closed.ramping() ? 1 : 0);
                out.unsigned(closed.rampSuccesses());
                out.unsigned(closed.rampFailures());
            }
            case Open open -> {
                out.unsigned(OPEN);
                out.instant(open.until());
            }
            case HalfOpen halfOpen -> {
                out.unsigned(HALF_OPEN);
                writeGrant(halfOpen.grant(), out);
                out.unsigned(halfOpen.successes());
            }
            case Suspended suspended -> {
                out.unsigned(SUSPENDED);
                writeSuspension(suspended.suspension(), out);
                out.instant(suspended.recheckAt());
            }
            case Rechecking rechecking -> {
                out.unsigned(RECHECKING);
                writeSuspension(rechecking.suspension(), out);
                writeGrant(rechecking.grant(), out);
            }
        }
        out.unsigned(breaker.exponent());
    }

    private static BreakerState readBreaker(SnapshotReader in) {
        return switch (in.unsignedInt(RECHECKING)) {
            case CLOSED -> {
                Instant since = in.instant();
                Instant steppedDownAt = in.instant();
                boolean ramping = in.unsignedInt(1) == 1;
                int rampSuccesses = in.unsignedInt(MAX / 2);
                int rampFailures = in.unsignedInt(MAX / 2);
                yield new Closed(exponent(in), since, steppedDownAt, ramping, rampSuccesses, rampFailures);
            }
            case OPEN -> new Open(in.instant(), exponent(in));
            case HALF_OPEN -> new HalfOpen(readGrant(in), in.unsignedInt(MAX / 2), exponent(in));
            case SUSPENDED -> new Suspended(readSuspension(in), in.instant(), exponent(in));
            default -> new Rechecking(readSuspension(in), readGrant(in), exponent(in));
        };
    }

    private static int exponent(SnapshotReader in) {
        return in.unsignedInt(MAX / 2);
    }

    private static void writeGrant(ProbeGrant grant, SnapshotWriter out) {
        out.unsigned(grant.id());
        out.instant(grant.expires());
    }

    private static ProbeGrant readGrant(SnapshotReader in) {
        return new ProbeGrant(in.unsigned(Long.MAX_VALUE), in.instant());
    }

    private static void writeSuspension(Suspension suspension, SnapshotWriter out) {
        out.unsigned(suspension.kind().code());
        out.unsigned(suspension.strikes());
        out.instant(suspension.since());
    }

    private static Suspension readSuspension(SnapshotReader in) {
        return new Suspension(RingSnapshot.kind(in), in.unsignedInt(MAX / 2), in.instant());
    }
}
