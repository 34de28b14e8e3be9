package io.spillway.load.workload;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Puts the latest incidents of a list into the length of a run. Time with an incident is scaled; time in which all are well, and long
 * time in which nothing changes, is shortened. Overlaps, which decide what callers see, stay as they were.
 */
public final class IncidentTimeline {

    /** Part of a run in which a provider is impaired. */
    public record Phase(String provider, Duration from, Duration to, int level) {}

    /** Longest quiet time between incidents, in a run. */
    private static final Duration QUIET = Duration.ofMillis(1500);
    /** Longest time in which incidents neither begin nor end, in a run: one that lasted for days would leave room for no other. */
    private static final Duration UNCHANGED = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofMillis(20);

    private IncidentTimeline() {}

    /**
     * As many of the latest incidents as fit.
     *
     * @param incidents in order of their start
     * @param hour how long an hour with incidents lasts in the run
     */
    public static List<Phase> of(List<Incident> incidents, Duration length, Duration hour) {
        List<Phase> phases = List.of();
        for (int count = 1; count <= incidents.size(); count++) {
            List<Phase> longer = squeeze(incidents.subList(incidents.size() - count, incidents.size()), hour);
            Duration end = longer.stream().map(Phase::to).max(Duration::compareTo).orElse(Duration.ZERO);
            if (end.plus(QUIET).compareTo(length) > 0) {
                break;
            }
            phases = longer;
        }
        return phases;
    }

    private static List<Phase> squeeze(List<Incident> incidents, Duration hour) {
        SortedSet<Instant> bounds = new TreeSet<>();
        incidents.forEach(incident -> {
            bounds.add(incident.start());
            bounds.add(incident.end());
        });
        NavigableMap<Instant, Duration> places = new TreeMap<>();
        Duration at = QUIET;
        Instant before = bounds.first();
        for (Instant bound : bounds) {
            if (bound.isAfter(before)) {
                at = at.plus(squeezed(before, bound, incidents, hour));
            }
            places.put(bound, at);
            before = bound;
        }
        List<Phase> phases = new ArrayList<>();
        for (Incident incident : incidents) {
            phases.add(new Phase(incident.provider(), places.getOrDefault(incident.start(), at),
                    places.getOrDefault(incident.end(), at), incident.level()));
        }
        return phases;
    }

    private static Duration squeezed(Instant from, Instant to, List<Incident> incidents, Duration hour) {
        double hours = Duration.between(from, to).toMillis() / (double) Duration.ofHours(1).toMillis();
        Duration scaled = Duration.ofMillis(Math.max(SHORTEST.toMillis(), Math.round(hours * hour.toMillis())));
        boolean isQuiet = incidents.stream().noneMatch(incident -> incident.start().isBefore(to) && incident.end().isAfter(from));
        Duration most = isQuiet ? QUIET : UNCHANGED;
        return scaled.compareTo(most) > 0 ? most : scaled;
    }
}
