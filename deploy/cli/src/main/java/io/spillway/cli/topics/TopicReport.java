package io.spillway.cli.topics;

import java.util.List;

/**
 * What the topics of a cluster are and should be.
 *
 * @param missing not there before; created, unless it was only a check or there are problems
 * @param existing there already
 * @param drifts settings that differ from what Spillway would set: an operator's choice, so they stay
 * @param problems what Spillway cannot work with; nothing is created while there is one
 */
public record TopicReport(List<Line> missing, List<Line> existing, List<String> drifts, List<String> problems) {

    /** A topic with its size. */
    public record Line(String name, int partitions) {
        @Override
        public String toString() {
            return name + " (" + partitions + (partitions == 1 ? " partition)" : " partitions)");
        }
    }

    public TopicReport {
        missing = List.copyOf(missing);
        existing = List.copyOf(existing);
        drifts = List.copyOf(drifts);
        problems = List.copyOf(problems);
    }
}
