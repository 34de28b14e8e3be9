package io.spillway.cli.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the demo found.
 *
 * @param requests requests sent
 * @param paidCalls calls the providers charged for
 * @param duplicatePaidCalls calls charged beyond one per request
 * @param reasons why requests went elsewhere, with counts
 * @param responses the file with the answers
 */
record DemoReport(long requests, DemoTally tally, long paidCalls, long duplicatePaidCalls, Map<String, Long> reasons,
        Path responses) {

    long lost() {
        return requests - tally.answered() - tally.errors();
    }

    /** Whether every promise the demo shows was kept. */
    boolean isClean() {
        return lost() == 0 && tally.errors() == 0 && tally.duplicates() == 0 && tally.failovers() > 0;
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("requests", requests).put("answered", tally.answered()).put("errors", tally.errors()).put("lost", lost())
                .put("duplicateAnswers", tally.duplicates()).put("duplicatePaidCalls", duplicatePaidCalls)
                .put("failovers", tally.failovers());
        ObjectNode byDeployment = json.putObject("byDeployment");
        tally.answersByPlace().forEach((place, count) -> byDeployment.put(place.deployment(), count));
        json.putObject("addedLatencyMs").put("p50", tally.added().getValueAtPercentile(50))
                .put("p99", tally.added().getValueAtPercentile(99));
        return json.put("responsesFile", responses.toAbsolutePath().toString());
    }

    void print(PrintWriter out) {
        out.println();
        out.printf(Locale.ROOT, "%-28s %-12s %8s%n", "Answered by", "tier", "answers");
        tally.answersByPlace().forEach(
                (place, count) -> out.printf(Locale.ROOT, "%-28s %-12s %8d%n", place.deployment(), place.tier() + 1, count));
        tally.errorsByCode()
                .forEach((code, count) -> out.printf(Locale.ROOT, "%-28s %-12s %8d%n", "(error " + code + ")", "", count));
        out.println();
        out.printf(Locale.ROOT, "%-49s %8s%n", "Failovers, by reason", "times");
        reasons.forEach((reason, count) -> out.printf(Locale.ROOT, "%-49s %8d%n", reason, count));
        out.println();
        out.printf(Locale.ROOT, "%-28s %8s %8s%n", "Latency, ms", "p50", "p99");
        out.printf(Locale.ROOT, "%-28s %8d %8d%n", "request to answer", tally.total().getValueAtPercentile(50),
                tally.total().getValueAtPercentile(99));
        out.printf(Locale.ROOT, "%-28s %8d %8d%n", "added to the provider's own", tally.added().getValueAtPercentile(50),
                tally.added().getValueAtPercentile(99));
        out.println();
        out.printf(Locale.ROOT, "requests %d, answered %d, errors %d, lost %d, duplicate answers %d%n", requests,
                tally.answered(),
                tally.errors(), lost(), tally.duplicates());
        out.printf(Locale.ROOT, "requests that failed over %d, paid calls %d, paid twice %d%n", tally.failovers(), paidCalls,
                duplicatePaidCalls);
        out.println("answers in " + responses.toAbsolutePath());
    }
}
