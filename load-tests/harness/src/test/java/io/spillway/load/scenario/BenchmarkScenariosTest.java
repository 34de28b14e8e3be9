package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

import io.spillway.load.report.ScenarioResult;
import io.spillway.load.workload.WorkloadFile;

/** With so little effort that the figures mean nothing; what counts is that they are there. */
class BenchmarkScenariosTest {

    private static final Benchmarks.Effort LEAST = new Benchmarks.Effort(0, 1, TimeValue.milliseconds(20));

    @TempDir
    Path directory;

    private ScenarioContext context() throws Exception {
        return new ScenarioContext(WorkloadFile.builtIn("smoke"), 7, directory, Map.of(), Map.of(), line -> {});
    }

    @Test
    void shouldReportPercentilesOfTheDecision() throws Exception {
        ScenarioResult result = new DecisionScenario(LEAST).run(context());

        assertThat(result.measures()).containsKeys("p50Micros", "p99Micros", "p999Micros", "maxMicros");
        assertThat(result.measures().get("p50Micros")).isPositive();
        assertThat(result.measures().get("p99Micros")).isGreaterThanOrEqualTo(result.measures().get("p50Micros"));
        assertThat(result.measures().get("samples")).isPositive();
        assertThat(result.measures().get("dispatchedShare")).isEqualTo(1);
        assertThat(result.measures().get("meanRejected")).isGreaterThan(10);
        assertThat(result.distributions().getFirst().micros().getTotalCount())
                .isEqualTo(result.measures().get("samples").longValue());
    }

    @Test
    void shouldReportEveryBenchmark() throws Exception {
        ScenarioResult result = new BenchmarksScenario(LEAST).run(context());

        assertThat(result.measures()).hasSize(24).containsKeys("decisionDecideP99Micros", "tokenCountCountP50Micros",
                "avroReadAttemptP99Micros", "jsonWriteResponseP50Micros");
        assertThat(result.measures().values()).allSatisfy(micros -> assertThat(micros).isPositive());
    }
}
