package io.spillway.load.scenario;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.spillway.load.drive.CallReports.Report;
import io.spillway.load.history.Evidence;
import io.spillway.load.history.PaidCall;

/**
 * What crashes of workers cost in calls. Pure.
 *
 * @param inFlight for each crash, the requests for which the worker was making a call
 * @param begunAgain attempts begun more than once: their worker died before the broker knew that they had begun
 */
record Crashes(List<Set<String>> inFlight, long begunAgain) {

    /**
     * A worker was killed.
     *
     * @param atMillis of the wall clock, when its process was gone: it wrote nothing later, and its successor nothing earlier
     * @param atProviders calls in flight at all providers just before, those of other workers included
     */
    record Kill(String worker, long atMillis, int atProviders) {}

    Crashes {
        inFlight = inFlight.stream().map(Set::copyOf).toList();
    }

    /**
     * Reads from what workers put on record which calls each kill cut short: those its worker had begun since it was last killed, and
     * had not reported the end of.
     *
     * @param kills in order of time
     */
    static Crashes of(Collection<Report> reports, List<Kill> kills) {
        Map<String, Long> before = new HashMap<>();
        List<Set<String>> inFlight = new ArrayList<>();
        for (Kill kill : kills) {
            long from = before.getOrDefault(kill.worker(), Long.MIN_VALUE);
            List<Report> life = reports.stream().filter(report -> report.worker().equals(kill.worker())
                    && report.atMillis() > from && report.atMillis() <= kill.atMillis()).toList();
            Map<String, String> open = new HashMap<>();
            life.stream().filter(report -> !report.isEnd()).forEach(report -> open.put(report.call(), report.requestId()));
            life.stream().filter(Report::isEnd).forEach(report -> open.remove(report.call()));
            inFlight.add(new HashSet<>(open.values()));
            before.put(kill.worker(), kill.atMillis());
        }
        Map<String, Integer> begun = new HashMap<>();
        reports.stream().filter(report -> !report.isEnd()).forEach(report -> begun.merge(report.call(), 1, Integer::sum));
        return new Crashes(inFlight, begun.values().stream().filter(times -> times > 1).count());
    }

    /** Calls in flight at the killed workers, over all crashes: no more than so many calls may be paid twice. */
    long callsInFlight() {
        return inFlight.stream().mapToLong(Set::size).sum();
    }

    /** Calls paid beyond one per request which were not in flight at a crash: one piece of evidence for each. */
    List<Evidence> unexplained(Collection<PaidCall> calls, Collection<Report> reports) {
        Map<String, List<PaidCall>> paid = new TreeMap<>();
        calls.forEach(call -> paid.computeIfAbsent(call.requestId(), _ -> new ArrayList<>()).add(call));
        List<Evidence> found = new ArrayList<>();
        paid.forEach((request, all) -> {
            long lost = inFlight.stream().filter(requests -> requests.contains(request)).count();
            for (long i = 1 + lost; i < all.size(); i++) {
                found.add(new Evidence(request, all.size() + " calls were paid, " + lost + " of them lost in crashes",
                        Stream.concat(all.stream().map(Crashes::words), reports.stream()
                                .filter(report -> report.requestId().equals(request)).map(Crashes::words)).toList()));
            }
        });
        return found;
    }

    private static String words(PaidCall call) {
        return "attempt " + call.attempt() + " paid to " + call.deployment() + " at " + call.atNanos() / 1_000_000 + " ms";
    }

    private static String words(Report report) {
        return report.call() + (report.isEnd() ? " ended" : " begun") + " by " + report.worker() + " at "
                + Instant.ofEpochMilli(report.atMillis());
    }
}
