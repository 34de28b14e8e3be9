package io.spillway.load.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.load.measure.ProcessSample.Quantity;

class ProcessSamplerTest {

    private static final String NAME = "leaking";
    private static final int LEAKED = 20;

    private static Process start() throws Exception {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                LeakingProcess.class.getName()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void awaitLiveSamples(ProcessSampler sampler, int count) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> sampler.series(NAME, Quantity.LIVE_HEAP).size() >= count);
    }

    @Test
    void shouldSeeTheLiveHeapOfAProcessGrow() throws Exception {
        Process process = start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("started");
            try (ProcessSampler sampler = ProcessSampler.start(Map.of(NAME, process.pid()), Duration.ofMillis(100), 2)) {
                awaitLiveSamples(sampler, 1);
                for (int i = 0; i < LEAKED; i++) {
                    process.getOutputStream().write('\n');
                }
                process.getOutputStream().flush();
                for (int i = 0; i < LEAKED; i++) {
                    said.readLine();
                }
                awaitLiveSamples(sampler, sampler.series(NAME, Quantity.LIVE_HEAP).size() + 2);

                var live = sampler.series(NAME, Quantity.LIVE_HEAP);
                assertThat(live.getLast().value() - live.getFirst().value()).isBetween(LEAKED * 0.9, LEAKED * 1.5);
                assertThat(sampler.most(NAME, Quantity.THREADS)).isPositive();
                assertThat(sampler.most(NAME, Quantity.DESCRIPTORS)).isPositive();
                assertThat(sampler.series(NAME, Quantity.HEAP_USED)).hasSizeGreaterThan(live.size());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldKeepWhatItHasWhenTheProcessDies() throws Exception {
        Process process = start();
        try (BufferedReader said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("started");
            try (ProcessSampler sampler = ProcessSampler.start(Map.of(NAME, process.pid()), Duration.ofMillis(50), 1)) {
                awaitLiveSamples(sampler, 1);

                process.destroyForcibly().waitFor();

                assertThat(sampler.series(NAME, Quantity.LIVE_HEAP)).isNotEmpty();
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
