package io.spillway.cli.stack;

import static io.spillway.cli.stack.StackClient.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.contract.RecordHeaders;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.Lane;

/** A worker dies with calls in flight: their leases expire and everything is answered by another worker. */
class WorkerCrashIT {

    private static final int REQUESTS = 60;

    @TempDir
    Path directory;

    @Test
    void shouldAnswerEverythingWhenAWorkerDiesWithCallsInFlight() throws Exception {
        try (SimulatedProvider alpha = SimulatedProvider.start(SimulatorConfig.of("alpha"));
                SimulatedProvider beta = SimulatedProvider.start(SimulatorConfig.of("beta").withSeed(2));
                LocalStack stack = LocalStack.start(
                        StackSettings.temporary().withParts(EnumSet.of(Part.ROUTER, Part.HEALTH_AGGREGATOR)),
                        TestCatalogue.of(alpha.baseUri(), beta.baseUri(), directory), line -> {});
                StackClient client = new StackClient(stack)) {
            String requests = stack.topics().requests(Lane.INTERACTIVE).name();
            alpha.behave(new Behaviour.Healthy(Latency.ofMillis(60_000)));
            stack.startWorker("victim");
            for (int i = 0; i < REQUESTS; i++) {
                client.sendJson(requests, "crash-" + i, "slow", "please wait " + i);
            }
            await().atMost(StackClient.PATIENCE).until(() -> alpha.inFlight() == REQUESTS);

            alpha.behave(Behaviour.healthy());
            stack.killWorker("victim");
            stack.startWorker("successor");

            for (int i = 0; i < REQUESTS; i++) {
                assertThat(header(client.answer("crash-" + i), RecordHeaders.OUTCOME)).isEqualTo("ok");
            }
            await().pollDelay(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> true);
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(client.answers("crash-" + i)).hasSize(1);
                // The call that was lost may be paid as well, but no more than that.
                assertThat(alpha.calls().paidByRequest().getOrDefault("crash-" + i, 0)).isBetween(1, 2);
            }
        }
    }
}
