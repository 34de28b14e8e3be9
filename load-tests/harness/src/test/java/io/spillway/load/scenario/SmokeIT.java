package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.load.history.Verdict;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadFile;

/** The smoke scenario at a sixth of its length. */
class SmokeIT {

    @TempDir
    Path directory;

    @Test
    void shouldKeepEveryPromiseThroughAnOutage() throws Exception {
        Workload workload = WorkloadFile.builtIn("smoke").lasting(Duration.ofSeconds(10)).at(40);

        ScenarioResult result = new SmokeScenario()
                .run(new ScenarioContext(workload, 7, directory, Map.of(), Map.of(), line -> {}));

        assertThat(result.findings().verdicts())
                .allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(result.findings().unchecked()).containsOnly(Verdict.MISCHARGE);
        assertThat(result.findings().counts().requests()).isGreaterThan(300);
        assertThat(result.findings().counts().answered()).isEqualTo(result.findings().counts().requests());
        assertThat(result.findings().counts().repeats()).isPositive();
        assertThat(result.measures().get("failovers")).isPositive();
    }
}
