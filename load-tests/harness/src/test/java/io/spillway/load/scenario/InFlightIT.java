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

/** The inflight scenario with few requests, which are all under way at once all the same. */
class InFlightIT {

    @TempDir
    Path directory;

    @Test
    void shouldCountTheCallsInFlightOnBothSides() throws Exception {
        Workload workload = WorkloadFile.builtIn("inflight").lasting(Duration.ofSeconds(7)).at(40);

        ScenarioResult result = new InFlightScenario()
                .run(new ScenarioContext(workload, 7, directory, Map.of(), Map.of(), line -> {}));

        assertThat(result.findings().verdicts())
                .allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        // Forty a second for five seconds each, less what starts late.
        assertThat(result.measures().get("peakInFlightAtProvider")).isBetween(120.0, 330.0);
        assertThat(result.measures().get("peakInFlightByWorker")).isBetween(60.0, 330.0);
        assertThat(result.measures()).containsEntry("workerAlive", 1.0);
        assertThat(result.measures().get("workerLiveHeapPeakMiB")).isPositive();
    }
}
