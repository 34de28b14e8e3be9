package io.spillway.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.Lane;

/**
 * The router runs as a process of its own and is killed with SIGKILL while requests flow: whatever it had done and not committed
 * is undone, and every request still gets one answer.
 */
class RouterCrashIT {

    private static final int REQUESTS = 300;
    private static final int KILLS = 3;

    @TempDir
    Path directory;

    @Test
    void shouldAnswerEveryRequestOnceWhenTheRouterIsKilledAgainAndAgain() throws Exception {
        try (SimulatedProvider alpha = SimulatedProvider.start(SimulatorConfig.of("alpha"));
                SimulatedProvider beta = SimulatedProvider.start(SimulatorConfig.of("beta").withSeed(2));
                LocalStack stack = LocalStack.start(
                        StackSettings.temporary().withParts(EnumSet.of(Part.HEALTH_AGGREGATOR, Part.WORKER)),
                        TestCatalogue.of(alpha.baseUri(), beta.baseUri(), directory), line -> {});
                StackClient client = new StackClient(stack)) {
            alpha.behave(new Behaviour.Healthy(Latency.ofMillis(20)));
            Process router = startRouter(stack);
            try {
                String requests = stack.topics().requests(Lane.INTERACTIVE).name();
                int sent = 0;
                for (int kill = 0; kill < KILLS; kill++) {
                    for (int i = 0; i < REQUESTS / KILLS; i++) {
                        client.sendJson(requests, "kill-" + sent, "chat", "request " + sent);
                        sent++;
                    }
                    int goal = Math.max(1, client.answered() + 20);
                    await().atMost(StackClient.PATIENCE).until(() -> client.answered() >= goal);
                    router.destroyForcibly().waitFor();
                    router = startRouter(stack);
                }
                for (int i = 0; i < REQUESTS; i++) {
                    client.answer("kill-" + i);
                }
                await().pollDelay(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(5)).until(() -> true);
                for (int i = 0; i < REQUESTS; i++) {
                    assertThat(client.answers("kill-" + i)).as("answers to request %d", i).hasSize(1);
                }
            } finally {
                router.destroyForcibly().waitFor();
            }
        }
    }

    private Process startRouter(LocalStack stack) throws Exception {
        Properties properties = new Properties();
        Map<String, String> settings = stack.routerProperties("process");
        // So long that a kill finds changes that are not committed.
        settings.put("commit.interval", "500ms");
        settings.put("kafka.consumer.session.timeout.ms", "6000");
        settings.put("kafka.consumer.heartbeat.interval.ms", "1000");
        properties.putAll(settings);
        Path file = directory.resolve("router.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        File log = new File("target/router-crash-it.log");
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                System.getProperty("java.class.path"), "io.spillway.router.RouterMain", file.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
    }
}
