package io.spillway.load.history;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the checker found.
 *
 * @param verdicts evidence for every verdict; empty lists when clean
 * @param unchecked verdicts the history holds no material for
 */
public record Findings(Map<Verdict, List<Evidence>> verdicts, Set<Verdict> unchecked, Counts counts) {

    /**
     * How much was looked at, and what is no fault but worth knowing.
     *
     * @param requests different request ids sent
     * @param acknowledged of these, acknowledged at least once
     * @param answered of these, answered
     * @param recovered sends without word that were answered all the same
     * @param repeats sends of an id that was sent before
     * @param paidCalls in the providers' logs
     * @param duplicatePaidCalls paid beyond one per request
     * @param errors answers that are errors
     */
    public record Counts(long requests, long acknowledged, long answered, long recovered, long repeats, long paidCalls,
            long duplicatePaidCalls, long errors) {}

    public Findings {
        EnumMap<Verdict, List<Evidence>> all = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            all.put(verdict, List.copyOf(verdicts.getOrDefault(verdict, List.of())));
        }
        verdicts = java.util.Collections.unmodifiableMap(all);
        unchecked = Set.copyOf(unchecked);
    }

    /** No promise was seen broken. */
    public boolean isClean() {
        return verdicts.values().stream().allMatch(List::isEmpty);
    }

    /** Evidence for one verdict. */
    public List<Evidence> of(Verdict verdict) {
        return verdicts.getOrDefault(verdict, List.of());
    }

    /** The same with more evidence for a verdict. */
    public Findings with(Verdict verdict, List<Evidence> more) {
        Map<Verdict, List<Evidence>> all = new EnumMap<>(verdicts);
        all.merge(verdict, more, (some, others) -> Stream.concat(some.stream(), others.stream()).toList());
        return new Findings(all, unchecked, counts);
    }

    /** Nothing was sent, so there is nothing to find. For measurements without requests. */
    public static Findings none() {
        return new Findings(Map.of(), EnumSet.allOf(Verdict.class), new Counts(0, 0, 0, 0, 0, 0, 0, 0));
    }
}
