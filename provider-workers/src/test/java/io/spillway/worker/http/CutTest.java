package io.spillway.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.spillway.worker.http.CallResult.Broken;
import io.spillway.worker.provider.HttpCall;

/** A cut may fall between any two steps of the client. */
class CutTest {

    private static final int CALLS = 5_000;
    private static final int AT_ONCE = 8;
    private static final CallTimeouts PATIENT = new CallTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20),
            Duration.ofSeconds(20), Duration.ofSeconds(30));

    @Test
    void shouldEndAsAbortedWhereverItIsCut() throws Exception {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json("{}")));
                HttpExecutor executor = new HttpExecutor(
                        new HttpSettings(Duration.ofSeconds(2), 1024 * 1024, AT_ONCE, Optional.empty()), System::nanoTime);
                ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE)) {
            executor.start();
            URI uri = URI.create("http://127.0.0.1:" + server.port() + "/v1");
            HttpCall call = new HttpCall(uri, List.of(), "{}".getBytes(StandardCharsets.UTF_8));
            // Every later call is cut as it begins, by another thread.
            executor.abortAll();
            List<Future<CallResult>> results = IntStream.range(0, CALLS)
                    .mapToObj(i -> callers.submit(() -> executor.execute(call, PATIENT, Reach.PRIVATE_PLAIN))).toList();
            for (Future<CallResult> result : results) {
                assertThat(result.get()).satisfiesAnyOf(ended -> assertThat(ended).isInstanceOf(CallResult.Received.class),
                        ended -> assertThat(((Broken) ended).failure()).isInstanceOf(TransportFailure.Aborted.class));
            }
        }
    }
}
