package io.spillway.load.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import io.spillway.load.workload.Trouble;

/** A seeded schedule of harm: which process is killed or stopped, which provider fails how, when, and for how long. Pure. */
public final class NemesisPlan {

    /** What is done to the system. */
    public sealed interface Harm {

        /** SIGKILL, and a new start afterwards. */
        record Kill(String process) implements Harm {}

        /** SIGSTOP, and SIGCONT afterwards. */
        record Pause(String process) implements Harm {}

        /** A provider fails. */
        record Fail(String provider, Trouble trouble) implements Harm {}
    }

    /**
     * One act.
     *
     * @param length until the process starts or goes on again, or the provider heals
     */
    public record Strike(Duration at, Duration length, Harm harm) {}

    /** A process or provider is not struck again until it has been well for so long. */
    private static final Duration REST = Duration.ofSeconds(2);

    private NemesisPlan() {}

    /**
     * Strikes spread over the middle of a run: the system gets the first tenth to warm up and the last fifth to heal.
     *
     * @param processes names of processes; they are struck in turn by kill and pause
     * @param providers names of providers; one of them at least is always well
     * @param every mean time between strikes
     */
    public static List<Strike> of(long seed, Duration duration, List<String> processes, List<String> providers, Duration every) {
        SplittableRandom random = new SplittableRandom(seed ^ 0x6e656d65736973L);
        List<Strike> strikes = new ArrayList<>();
        List<Busy> busy = new ArrayList<>();
        long at = duration.toMillis() / 10;
        long end = duration.toMillis() * 4 / 5;
        while (at < end) {
            long now = at;
            long length = every.toMillis() / 2 + random.nextLong(every.toMillis() + 1);
            Harm harm = harm(random, processes, providers);
            String target = target(harm);
            boolean isFree = busy.stream().noneMatch(other -> other.name().equals(target) && other.until() > now);
            boolean othersWell = !(harm instanceof Harm.Fail)
                    || busy.stream().filter(other -> providers.contains(other.name()) && other.until() > now).count() < providers
                            .size() - 1L;
            if (isFree && othersWell) {
                strikes.add(new Strike(Duration.ofMillis(at), Duration.ofMillis(length), harm));
                busy.add(new Busy(target, at + length + REST.toMillis()));
            }
            at += every.toMillis() / 2 + random.nextLong(every.toMillis() + 1);
        }
        return strikes;
    }

    private record Busy(String name, long until) {}

    /** What a strike is aimed at. */
    static String target(Harm harm) {
        return switch (harm) {
            case Harm.Kill(String process) -> process;
            case Harm.Pause(String process) -> process;
            case Harm.Fail(String provider, Trouble trouble) -> provider;
        };
    }

    private static Harm harm(SplittableRandom random, List<String> processes, List<String> providers) {
        double draw = random.nextDouble();
        Optional<String> process = pick(random, processes);
        Optional<String> provider = pick(random, providers);
        List<Trouble> troubles = List.of(Trouble.values());
        Trouble trouble = troubles.get(random.nextInt(troubles.size()));
        if (process.isPresent() && (draw < 0.45 || provider.isEmpty())) {
            return new Harm.Kill(process.get());
        }
        if (process.isPresent() && draw < 0.65) {
            return new Harm.Pause(process.get());
        }
        return new Harm.Fail(provider.orElseThrow(), trouble);
    }

    private static Optional<String> pick(SplittableRandom random, List<String> names) {
        return names.isEmpty() ? Optional.empty() : Optional.of(names.get(random.nextInt(names.size())));
    }
}
