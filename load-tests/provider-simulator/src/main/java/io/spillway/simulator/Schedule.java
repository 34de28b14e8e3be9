package io.spillway.simulator;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Behaviours to set at given times after the start of the schedule, in order of time. */
public record Schedule(List<Step> steps) {

    /** Sets a behaviour, for one model or as the default. */
    public record Step(Duration after, Optional<String> model, Behaviour behaviour) {

        public static Step of(Duration after, Behaviour behaviour) {
            return new Step(after, Optional.empty(), behaviour);
        }
    }

    public Schedule {
        steps = steps.stream().sorted(Comparator.comparing(Step::after)).toList();
    }

    public static Schedule of(Step... steps) {
        return new Schedule(List.of(steps));
    }
}
