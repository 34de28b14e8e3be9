package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.load.report.ScenarioResult;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadFile;

/** The soak scenario for seconds: far too short for a verdict that means anything, long enough for one to be given. */
class SoakIT {

    @TempDir
    Path directory;

    @Test
    void shouldJudgeEachProcessAndKeepEveryPromise() throws Exception {
        Workload workload = WorkloadFile.builtIn("soak").lasting(Duration.ofSeconds(14)).at(15);

        ScenarioResult result = new SoakScenario()
                .run(new ScenarioContext(workload, 7, directory, Map.of(), Map.of(), line -> {}));

        assertThat(result.findings().verdicts())
                .allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(result.measures()).containsEntry("processesAlive", 3.0).containsKeys("allFlat", "growing");
        for (String process : List.of("router1", "worker1", "aggregator1")) {
            assertThat(result.measures()).containsKeys(process + "LiveHeapSlopeMiBPerHour", process + "LiveHeapFlat",
                    process + "ThreadsFlat", process + "DescriptorsFlat");
            assertThat(result.measures().get(process + "LiveHeapMeanMiB")).isPositive();
        }
        assertThat(result.notes()).anyMatch(note -> note.startsWith("router-1: ") && note.contains("flat"));
        assertThat(result.measures().get("failovers")).isPositive();
    }
}
