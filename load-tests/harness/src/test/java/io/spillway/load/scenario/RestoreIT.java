package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.load.report.ScenarioResult;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadFile;

/** The restore scenario with a hundredth of its requests, and a router that is missed sooner. */
class RestoreIT {

    private static final int OPEN = 1_000;

    @TempDir
    Path directory;

    @Test
    void shouldServeAgainAndLoseNothingAfterAKill() throws Exception {
        Workload workload = WorkloadFile.builtIn("restore").holding(OPEN).at(1_000);
        Map<String, String> router = Map.of("kafka.consumer.session.timeout.ms", "6000", "kafka.consumer.heartbeat.interval.ms",
                "1000");

        ScenarioResult result = new RestoreScenario()
                .run(new ScenarioContext(workload, 7, directory, Map.of(), router, line -> {}));

        assertThat(result.findings().verdicts())
                .allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        // Sixteen questions, of eight partitions each time, are requests too.
        assertThat(result.findings().counts().answered()).isEqualTo(OPEN + 16);
        assertThat(result.measures()).containsEntry("openMost", (double) OPEN).containsEntry("keptComplete", 1.0)
                .containsEntry("wipedComplete", 1.0);
        assertThat(result.measures().get("keptFirstAnswerSeconds")).isPositive()
                .isLessThanOrEqualTo(result.measures().get("keptAllRestoredSeconds"));
    }
}
