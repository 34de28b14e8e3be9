package io.spillway.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.spillway.load.history.Evidence;
import io.spillway.load.history.Findings;
import io.spillway.load.history.Verdict;

class RunReportTest {

    @TempDir
    Path directory;

    private static RunReport report(Findings findings) {
        Histogram histogram = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            histogram.recordValue(i * 100);
        }
        ScenarioResult result = new ScenarioResult(findings, Map.of("answersPerSecond", 1234.5678),
                List.of(new Distribution("request to answer", histogram)),
                List.of(new Plot("Answers", "s", "1/s",
                        List.of(new Plot.Line("<alpha>", List.of(new Plot.Point(0, 1), new Plot.Point(1, 3)))),
                        List.of(new Plot.Mark(0.5, "alpha down")))),
                List.of("a note"));
        return new RunReport("smoke", Instant.parse("2026-01-02T03:04:05Z"), Duration.ofSeconds(61), 42,
                "load-tests/run smoke --seed 42", "rate: 1\n",
                new Environment("abc", Map.of("processors", "2"), Map.of("kafka", "4.3.1")), result);
    }

    private static Findings findings(Map<Verdict, List<Evidence>> verdicts) {
        return new Findings(verdicts, Set.of(Verdict.MISCHARGE), new Findings.Counts(10, 10, 9, 0, 0, 9, 0, 0));
    }

    @Test
    void shouldNameEveryVerdictWithAnEmptyListWhenClean() {
        JsonNode json = report(findings(Map.of())).toJson();

        for (Verdict verdict : Verdict.values()) {
            assertThat(json.path("verdicts").path(verdict.name()).isArray()).isTrue();
            assertThat(json.path("verdicts").path(verdict.name())).isEmpty();
        }
        assertThat(json.path("answersPerSecond").asDouble()).isEqualTo(1234.568);
        assertThat(json.path("seed").asInt()).isEqualTo(42);
        assertThat(json.path("replay").asText()).contains("--seed 42");
        assertThat(json.path("unchecked").path(0).asText()).isEqualTo("MISCHARGE");
        assertThat(json.path("latencyMs").path("request to answer").path("p50").asDouble()).isBetween(49.0, 51.0);
    }

    @Test
    void shouldShowEvidenceAndBoundItsLength() {
        List<Evidence> many = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            many.add(new Evidence("r" + i, "acknowledged and never answered", List.of("request 0@" + i)));
        }

        JsonNode lost = report(findings(Map.of(Verdict.LOST, many))).toJson().path("verdicts").path("LOST");

        assertThat(lost).hasSize(101);
        assertThat(lost.path(3).path("requestId").asText()).isEqualTo("r3");
        assertThat(lost.path(3).path("where").path(0).asText()).isEqualTo("request 0@3");
        assertThat(lost.path(100).path("detail").asText()).contains("150 more");
    }

    @Test
    void shouldWriteASelfContainedPageAndTheHistogram() throws Exception {
        Path json = report(findings(Map.of())).write(directory);

        assertThat(new ObjectMapper().readTree(json.toFile()).path("scenario").asText()).isEqualTo("smoke");
        String html = Files.readString(directory.resolve("smoke-20260102-030405.html"));
        assertThat(html).contains("<svg", "polyline", "&lt;alpha&gt;", "load-tests/run smoke --seed 42")
                .doesNotContain("http://", "https://", "<script", "src=");
        assertThat(Files.readString(directory.resolve("smoke-20260102-030405.request-to-answer.hgrm"))).contains("Percentile");
    }
}
