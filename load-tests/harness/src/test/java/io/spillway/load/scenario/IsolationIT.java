package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.load.report.ScenarioResult;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadException;
import io.spillway.load.workload.WorkloadFile;

/** The isolation scenario with a little batch. */
class IsolationIT {

    private static final int BATCH = 1_000;

    @TempDir
    Path directory;

    private ScenarioContext context(Workload workload) {
        return new ScenarioContext(workload, 7, directory, Map.of(), Map.of(), line -> {});
    }

    @Test
    void shouldMeasureInteractiveRequestsAloneAndBesideABatch() throws Exception {
        Workload workload = WorkloadFile.builtIn("isolation").holding(BATCH).lasting(Duration.ofSeconds(16));

        ScenarioResult result = new IsolationScenario().run(context(workload));

        assertThat(result.findings().verdicts())
                .allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(result.measures()).containsEntry("batchRequests", (double) BATCH);
        assertThat(result.findings().counts().answered()).as("with a tenth of the batch to warm up")
                .isGreaterThan(BATCH + BATCH / 10);
        assertThat(result.measures().get("drainingSamples")).isPositive();
        assertThat(result.measures().get("aloneP99Millis")).isPositive();
        assertThat(result.measures().get("p99Ratio")).isPositive();
    }

    @Test
    void shouldRefuseABatchThatIsNotWrittenBeforeTheLoadEnds() throws Exception {
        Workload workload = WorkloadFile.builtIn("isolation").lasting(Duration.ofSeconds(8));

        assertThatExceptionOfType(WorkloadException.class).isThrownBy(() -> new IsolationScenario().run(context(workload)))
                .withMessageContaining("--requests");
    }
}
