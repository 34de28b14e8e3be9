package io.spillway.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.spillway.worker.provider.HttpCall;

class HttpExecutorCapacityTest {

    private static final int CALLS = 10_000;
    private static final CallTimeouts PATIENT = new CallTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(120),
            Duration.ofSeconds(120), Duration.ofSeconds(120));

    @Test
    @Timeout(180)
    void shouldHoldTenThousandCallsInASmallHeap() throws IOException, InterruptedException {
        Process server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), HoldingServer.class.getName(), Integer.toString(CALLS))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (PrivateCalls executor = new PrivateCalls(new HttpExecutor(
                new HttpSettings(Duration.ofSeconds(60), 1024 * 1024, CALLS + 1, Optional.empty()), System::nanoTime));
                BufferedReader says = new BufferedReader(
                        new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            executor.start();
            HttpCall call = new HttpCall(URI.create("http://127.0.0.1:" + says.readLine() + "/"), List.of(),
                    new byte[500]);
            long before = usedHeap();

            List<CompletableFuture<CallResult>> results = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                CompletableFuture<CallResult> result = new CompletableFuture<>();
                Thread.ofVirtual().start(() -> result.complete(executor.execute(call, PATIENT)));
                results.add(result);
            }
            assertThat(says.readLine()).isEqualTo("all");
            assertThat(executor.inFlight()).isEqualTo(CALLS);
            long perCall = (usedHeap() - before) / CALLS;
            server.getOutputStream().write('\n');
            server.getOutputStream().flush();

            assertThat(results).allSatisfy(result -> assertThat(result.join()).isInstanceOf(CallResult.Received.class));
            assertThat(perCall).as("bytes of heap per waiting call").isLessThan(40_000);
        } finally {
            server.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
