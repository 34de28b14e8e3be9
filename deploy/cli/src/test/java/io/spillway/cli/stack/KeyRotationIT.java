package io.spillway.cli.stack;

import static io.spillway.cli.stack.StackClient.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.contract.RecordHeaders;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.Lane;

/** The only key of a provider is swapped under load, and the provider drops the old one at the same moment. */
class KeyRotationIT {

    private static final int REQUESTS = 400;

    @TempDir
    Path directory;

    @Test
    void shouldFailNoRequestAndNoAttempt() throws Exception {
        try (SimulatedProvider alpha = SimulatedProvider.start(SimulatorConfig.of("alpha"));
                SimulatedProvider beta = SimulatedProvider.start(SimulatorConfig.of("beta").withSeed(2));
                LocalStack stack = LocalStack.start(StackSettings.temporary(),
                        TestCatalogue.of(alpha.baseUri(), beta.baseUri(), directory), line -> {});
                StackClient client = new StackClient(stack)) {
            alpha.requireKey("simulated-key");
            String requests = stack.topics().requests(Lane.INTERACTIVE).name();

            for (int i = 0; i < REQUESTS; i++) {
                client.sendJson(requests, "rotate-" + i, "chat", "question " + i);
                if (i == REQUESTS / 2) {
                    await().atMost(StackClient.PATIENCE).until(() -> client.answered() > REQUESTS / 4);
                    Path next = Files.writeString(directory.resolve("key.next"), "rotated-key");
                    Files.move(next, directory.resolve("key"), StandardCopyOption.ATOMIC_MOVE);
                    alpha.requireKey("rotated-key");
                }
            }

            await().atMost(StackClient.PATIENCE).until(() -> client.answered() == REQUESTS);

            // Nothing failed over: the fallback was never called.
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(client.answers("rotate-" + i)).singleElement().satisfies(answer -> {
                    assertThat(header(answer, RecordHeaders.OUTCOME)).isEqualTo("ok");
                    assertThat(header(answer, RecordHeaders.DEPLOYMENT)).isEqualTo("alpha-1");
                });
            }
            assertThat(beta.calls().paidCount() + beta.calls().unpaidCount()).isZero();
            // The old key was refused, so the rotation was felt; calls were repeated, not attempts.
            assertThat(alpha.calls().unpaidCount()).isPositive();
            assertThat(alpha.calls().paidCount()).isEqualTo(REQUESTS);
        }
    }
}
