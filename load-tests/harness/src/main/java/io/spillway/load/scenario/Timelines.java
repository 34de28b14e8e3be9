package io.spillway.load.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.spillway.load.drive.RunRecord;
import io.spillway.load.history.Answer;
import io.spillway.load.report.Plot;

/** How a run went over time, second by second. */
final class Timelines {

    private static final double SECOND = 1e9;

    private Timelines() {}

    /** Answers a second by deployment, and requests sent; a mark for every event. */
    static Plot answers(LoadRun.Outcome outcome) {
        RunRecord record = outcome.record();
        Map<String, Map<Integer, Integer>> counts = new TreeMap<>();
        for (Answer answer : record.answers()) {
            String name = answer.deployment().isEmpty() ? answer.outcome() : answer.deployment();
            counts.computeIfAbsent(name, key -> new TreeMap<>()).merge((int) (answer.readNanos() / SECOND), 1, Integer::sum);
        }
        Map<Integer, Integer> sent = new TreeMap<>();
        for (int index = 0; index < record.sent(); index++) {
            sent.merge((int) (record.intendedAt(index) / SECOND), 1, Integer::sum);
        }
        List<Plot.Line> lines = new ArrayList<>();
        int end = Math.max(last(sent), counts.values().stream().mapToInt(Timelines::last).max().orElse(0));
        lines.add(line("sent", sent, end));
        counts.forEach((name, perSecond) -> lines.add(line(name, perSecond, end)));
        List<Plot.Mark> marks = outcome.events().stream().map(event -> new Plot.Mark(event.atNanos() / SECOND, event.what()))
                .toList();
        return new Plot("Answers a second", "seconds since the first send", "1/s", lines, marks);
    }

    private static int last(Map<Integer, Integer> perSecond) {
        return perSecond.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private static Plot.Line line(String name, Map<Integer, Integer> perSecond, int end) {
        List<Plot.Point> points = new ArrayList<>();
        for (int second = 0; second <= end; second++) {
            points.add(new Plot.Point(second, perSecond.getOrDefault(second, 0)));
        }
        return new Plot.Line(name, points);
    }
}
