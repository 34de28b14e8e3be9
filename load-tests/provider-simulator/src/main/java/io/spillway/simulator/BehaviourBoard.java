package io.spillway.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The behaviours in force: a default and overrides per model. Each installation counts its own calls from 1, and what call k draws
 * depends on the seed and k alone; so setting the same behaviour again repeats the same sequence.
 */
final class BehaviourBoard {

    /** What one call gets: a plain behaviour, a wait that comes before it, and its random numbers. */
    record Turn(Behaviour behaviour, Duration delay, Draws draws) {}

    private record Installed(Behaviour behaviour, long seed, long sinceNanos, AtomicLong calls) {}

    private final long seed;
    private final Latency latency;
    private final ConcurrentMap<String, Installed> overrides = new ConcurrentHashMap<>();
    private volatile Installed standard;

    BehaviourBoard(long seed, Latency latency) {
        this.seed = seed;
        this.latency = latency;
        this.standard = installed(new Behaviour.Healthy(latency), seed);
    }

    private static Installed installed(Behaviour behaviour, long seed) {
        return new Installed(behaviour, seed, System.nanoTime(), new AtomicLong());
    }

    void set(Behaviour behaviour) {
        standard = installed(behaviour, seed);
    }

    void set(String model, Behaviour behaviour) {
        overrides.put(model, installed(behaviour, seed ^ model.hashCode()));
    }

    void clear(String model) {
        overrides.remove(model);
    }

    Behaviour standard() {
        return standard.behaviour();
    }

    Map<String, Behaviour> overrides() {
        Map<String, Behaviour> behaviours = new TreeMap<>();
        overrides.forEach((model, installed) -> behaviours.put(model, installed.behaviour()));
        return behaviours;
    }

    Turn next(String model) {
        Installed installed = overrides.getOrDefault(model, standard);
        long number = installed.calls().incrementAndGet();
        Draws draws = Draws.of(installed.seed(), number);
        Behaviour behaviour = installed.behaviour();
        Duration delay = Duration.ZERO;
        while (behaviour instanceof Behaviour.Composite composite) {
            if (composite instanceof Behaviour.Delayed delayed) {
                delay = delay.plus(draws.delay(delayed.latency()));
            }
            behaviour = pick(composite, number, draws, System.nanoTime() - installed.sinceNanos());
        }
        return new Turn(behaviour, delay, draws);
    }

    private Behaviour pick(Behaviour.Composite composite, long number, Draws draws, long elapsedNanos) {
        return switch (composite) {
            case Behaviour.Delayed delayed -> delayed.then();
            case Behaviour.Mixture mixture -> pick(mixture, draws);
            case Behaviour.FailEvery every -> number % every.n() == 0 ? every.failure() : new Behaviour.Healthy(latency);
            case Behaviour.Flapping flapping -> {
                long phase = elapsedNanos % flapping.goodFor().plus(flapping.badFor()).toNanos();
                yield phase < flapping.goodFor().toNanos() ? flapping.good() : flapping.bad();
            }
        };
    }

    private static Behaviour pick(Behaviour.Mixture mixture, Draws draws) {
        double total = mixture.parts().stream().mapToDouble(Behaviour.Weighted::weight).sum();
        double left = draws.next01() * total;
        Behaviour last = mixture.parts().getLast().behaviour();
        for (Behaviour.Weighted part : mixture.parts()) {
            left -= part.weight();
            if (left < 0) {
                return part.behaviour();
            }
        }
        return last;
    }
}
