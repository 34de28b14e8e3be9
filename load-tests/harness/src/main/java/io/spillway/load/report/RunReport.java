package io.spillway.load.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.load.history.Evidence;
import io.spillway.load.history.Findings;
import io.spillway.load.history.Verdict;

/**
 * A finished run.
 *
 * @param replay the command that repeats it
 * @param workload the YAML it ran with
 */
public record RunReport(String scenario, Instant startedAt, Duration took, long seed, String replay, String workload,
        Environment environment, ScenarioResult result) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    /** A broken promise is broken after ten examples too. */
    private static final int MOST_EVIDENCE = 100;

    /** The result as one object. Measures stand at the top, by their own names. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("scenario", scenario).put("startedAt", startedAt.toString()).put("tookSeconds", took.toMillis() / 1000.0)
                .put("seed", seed).put("replay", replay).put("commit", environment.commit());
        result.measures().forEach((name, value) -> json.put(name, rounded(value)));
        json.set("verdicts", verdicts(result.findings()));
        ArrayNode unchecked = json.putArray("unchecked");
        result.findings().unchecked().stream().sorted().forEach(verdict -> unchecked.add(verdict.name()));
        json.set("counts", JSON.valueToTree(result.findings().counts()));
        if (!result.rows().isEmpty()) {
            json.set("faultMatrix", rows(result.rows()));
        }
        ObjectNode latencies = json.putObject("latencyMs");
        result.distributions().forEach(distribution -> latencies.set(distribution.name(), percentiles(distribution)));
        ArrayNode notes = json.putArray("notes");
        result.notes().forEach(notes::add);
        json.set("machine", JSON.valueToTree(environment.machine()));
        json.set("versions", JSON.valueToTree(environment.versions()));
        json.put("workload", workload);
        return json;
    }

    /**
     * Writes {@code <scenario>-<time>.json}, {@code .html} and a histogram log for each distribution.
     *
     * @return the path of the JSON; the others stand beside it
     */
    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        String stem = scenario + "-" + STAMP.format(startedAt);
        Path json = directory.resolve(stem + ".json");
        Files.writeString(json, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(toJson()));
        Files.writeString(directory.resolve(stem + ".html"), HtmlReport.of(this));
        for (Distribution distribution : result.distributions()) {
            String name = distribution.name().replaceAll("[^a-zA-Z0-9]+", "-");
            try (var stream = new java.io.PrintStream(directory.resolve(stem + "." + name + ".hgrm").toFile(),
                    java.nio.charset.StandardCharsets.UTF_8)) {
                distribution.micros().outputPercentileDistribution(stream, 1000.0);
            }
        }
        return json;
    }

    private static ArrayNode rows(List<MatrixRow> rows) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (MatrixRow row : rows) {
            ObjectNode item = list.addObject().put("row", row.row()).put("fault", row.fault()).put("outcome", row.word());
            ArrayNode evidence = item.putArray("evidence");
            row.evidence().forEach(evidence::add);
            ArrayNode why = item.putArray("why");
            row.why().forEach(why::add);
        }
        return list;
    }

    static ObjectNode verdicts(Findings findings) {
        ObjectNode verdicts = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<Verdict, List<Evidence>> entry : findings.verdicts().entrySet()) {
            ArrayNode list = verdicts.putArray(entry.getKey().name());
            entry.getValue().stream().limit(MOST_EVIDENCE).forEach(evidence -> {
                ObjectNode item = list.addObject().put("requestId", evidence.requestId()).put("detail", evidence.detail());
                ArrayNode where = item.putArray("where");
                evidence.where().forEach(where::add);
            });
            int more = entry.getValue().size() - MOST_EVIDENCE;
            if (more > 0) {
                list.addObject().put("requestId", "").put("detail", "and " + more + " more").putArray("where");
            }
        }
        return verdicts;
    }

    private static ObjectNode percentiles(Distribution distribution) {
        return JsonNodeFactory.instance.objectNode().put("count", distribution.micros().getTotalCount())
                .put("p50", rounded(distribution.millisAt(50))).put("p90", rounded(distribution.millisAt(90)))
                .put("p99", rounded(distribution.millisAt(99))).put("p999", rounded(distribution.millisAt(99.9)))
                .put("max", rounded(distribution.micros().getMaxValue() / 1000.0));
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
