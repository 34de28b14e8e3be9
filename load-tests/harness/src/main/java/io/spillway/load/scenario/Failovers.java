package io.spillway.load.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

import org.HdrHistogram.Histogram;

import io.spillway.load.history.Answer;
import io.spillway.load.rig.Timetable;

/**
 * How long callers waited while the first tier was silent. Pure.
 *
 * @param requests one value, in microseconds, for each request that met a fault: from its planned send to its answer
 * @param faults one value for each fault: from it, or from the planned send of the first request that met it when that is later, to
 *     the first answer of the next tier
 */
record Failovers(Histogram requests, Histogram faults) {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** A time in which the first tier was silent, in nanoseconds since the run began. */
    private record Silence(long from, long to) {

        boolean holds(long atNanos) {
            return atNanos >= from && atNanos < to;
        }
    }

    /**
     * Looks at the answers of a run.
     *
     * @param fault the event that begins a silence
     * @param healed the event that ends it
     * @param intendedAt when the request of an answer was planned to be sent, by its id
     */
    static Failovers of(List<Timetable.Event> events, String fault, String healed, Collection<Answer> answers,
            ToLongFunction<String> intendedAt) {
        Histogram requests = histogram();
        Histogram faults = histogram();
        // By the next tier, after another attempt: so the first tier had it and said nothing.
        List<Answer> late = answers.stream()
                .filter(answer -> answer.outcome().equals(Answer.OK) && answer.tier() > 0 && answer.attempts() > 1).toList();
        for (Silence silence : silences(events, fault, healed)) {
            List<Answer> met = late.stream().filter(answer -> silence.holds(intendedAt.applyAsLong(answer.id()))).toList();
            met.forEach(answer -> requests
                    .recordValue(micros(answer.readNanos() - intendedAt.applyAsLong(answer.id()))));
            OptionalLong begin = met.stream().mapToLong(answer -> intendedAt.applyAsLong(answer.id())).min();
            OptionalLong first = met.stream().mapToLong(Answer::readNanos).min();
            if (begin.isPresent() && first.isPresent()) {
                faults.recordValue(micros(first.getAsLong() - Math.max(silence.from(), begin.getAsLong())));
            }
        }
        return new Failovers(requests, faults);
    }

    /** Figures under names that begin with a prefix. Nothing can be said where nothing met a fault. */
    Map<String, Double> measures(String prefix, Duration timeout) {
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put(prefix + "Requests", (double) requests.getTotalCount());
        measures.put(prefix + "Faults", (double) faults.getTotalCount());
        if (requests.getTotalCount() > 0) {
            measures.put(prefix + "P50MillisOverTimeout", over(requests, 50, timeout));
            measures.put(prefix + "P99MillisOverTimeout", over(requests, 99, timeout));
            measures.put(prefix + "FirstAnswerP50MillisOverTimeout", over(faults, 50, timeout));
            measures.put(prefix + "FirstAnswerMostMillisOverTimeout", over(faults, 100, timeout));
        }
        return measures;
    }

    private static List<Silence> silences(List<Timetable.Event> events, String fault, String healed) {
        List<Silence> silences = new ArrayList<>();
        for (Timetable.Event event : events) {
            if (event.what().equals(fault)) {
                long end = events.stream().filter(other -> other.what().equals(healed) && other.atNanos() > event.atNanos())
                        .mapToLong(Timetable.Event::atNanos).min().orElse(Long.MAX_VALUE);
                silences.add(new Silence(event.atNanos(), end));
            }
        }
        return silences;
    }

    private static double over(Histogram histogram, double percentile, Duration timeout) {
        return histogram.getValueAtPercentile(percentile) / 1000.0 - timeout.toMillis();
    }

    private static long micros(long nanos) {
        return Math.max(0, nanos / 1000);
    }

    private static Histogram histogram() {
        return new Histogram(LONGEST.toNanos() / 1000, 3);
    }
}
