package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.load.report.ScenarioResult;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadFile;

/** The crashes scenario with one kill: what is lost with the worker is called once more, and nothing else is. */
class CrashesIT {

    @TempDir
    Path directory;

    @Test
    void shouldPayTwiceForNoMoreThanWasInFlight() throws Exception {
        Workload workload = WorkloadFile.builtIn("crashes").lasting(Duration.ofSeconds(4)).at(100);

        ScenarioResult result = new CrashesScenario()
                .run(new ScenarioContext(workload, 7, directory, Map.of(), Map.of(), line -> {}));

        assertThat(result.findings().verdicts())
                .allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(result.findings().counts().answered()).isEqualTo(400);
        assertThat(result.measures()).containsEntry("crashes", 1.0).containsEntry("withinBound", 1.0);
        assertThat(result.measures().get("callsInFlightAtCrashes")).isPositive();
        assertThat(result.measures().get("duplicatePaidCalls")).isBetween(1.0, result.measures().get("callsInFlightAtCrashes"));
    }
}
