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

    private static final int WAVE = 100;

    @TempDir
    Path directory;

    @Test
    void shouldCountTheCallsInFlightOnBothSides() throws Exception {
        Workload workload = WorkloadFile.builtIn("inflight").lasting(Duration.ofSeconds(9)).at(400).holding(WAVE);

        ScenarioResult result = new InFlightScenario()
                .run(new ScenarioContext(workload, 7, directory, Map.of(), Map.of(), line -> {}));

        assertThat(result.findings().verdicts())
                .allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(result.findings().counts().answered()).as("with a warm-up before the waves")
                .isEqualTo(result.findings().counts().requests()).isGreaterThan(3 * WAVE);
        // Calls take five seconds, so a whole wave is under way at once, at least.
        double all = result.findings().counts().requests();
        assertThat(result.measures().get("peakInFlightAtProvider")).isBetween(WAVE * 1.0, all);
        assertThat(result.measures().get("peakInFlightByWorker")).isBetween(1.0, all);
        assertThat(result.measures()).containsEntry("workerAlive", 1.0);
        assertThat(result.measures().get("workerLiveHeapPeakMiB")).isPositive();
    }
}
