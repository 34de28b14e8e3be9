package io.spillway.health.topology;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

import io.spillway.v1.AttemptTelemetry;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.WorkerHeartbeat;

/** The topology with a clock to move: feeds telemetry, lets time pass in ticks, collects what is published. */
final class HealthDriver implements AutoCloseable {

    static final String D = "openai-eu";

    final TestContract contract = new TestContract();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> telemetry;
    private final TestOutputTopic<String, byte[]> states;
    private final TestOutputTopic<byte[], byte[]> dlq;
    private Instant now = TestContract.start();

    HealthDriver(Path stateDirectory) {
        contract.apply(Set.of(D, "other"), policy -> {});
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "health-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(HealthTopology.build(contract.parts()), settings, now);
        telemetry = driver.createInputTopic(TestContract.TOPICS.telemetry().name(), new ByteArraySerializer(),
                new ByteArraySerializer());
        states = driver.createOutputTopic(TestContract.TOPICS.deploymentState().name(), new StringDeserializer(),
                new ByteArrayDeserializer());
        dlq = driver.createOutputTopic(TestContract.TOPICS.dlq().name(), new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    Instant now() {
        return now;
    }

    void attempt(AttemptTelemetry attempt) {
        send(attempt.getDeployment(), contract.encode(attempt), now);
    }

    void heartbeat(WorkerHeartbeat heartbeat) {
        send(heartbeat.getDeployment(), contract.encode(heartbeat), now);
    }

    void send(String key, byte[] value, Instant appendedAt) {
        telemetry.pipeInput(key.getBytes(StandardCharsets.UTF_8), value, appendedAt);
    }

    /** Time passes tick by tick, with somebody to report the deployment. */
    void advance(Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            if (now.toEpochMilli() % 5_000 == 0) {
                heartbeat(TestContract.heartbeat("w1", D, 0));
            }
            advanceOneTick();
        }
    }

    /** Time passes tick by tick, and no worker says a word. */
    void advanceInSilence(Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            advanceOneTick();
        }
    }

    private void advanceOneTick() {
        now = now.plusMillis(100);
        driver.advanceWallClockTime(Duration.ofMillis(100));
    }

    /** What was published since the last call; empty values are tombstones. */
    List<TestRecord<String, Optional<DeploymentState>>> published() {
        List<TestRecord<String, Optional<DeploymentState>>> all = new ArrayList<>();
        for (TestRecord<String, byte[]> item : states.readRecordsToList()) {
            all.add(new TestRecord<>(item.key(), Optional.ofNullable(item.value()).map(contract::decode), item.headers(),
                    item.getRecordTime()));
        }
        return all;
    }

    /** States of {@link #D} published since the last call. */
    List<DeploymentState> states() {
        return published().stream().filter(item -> item.key().equals(D)).map(TestRecord::value).map(Optional::orElseThrow)
                .toList();
    }

    DeploymentState lastState() {
        return states().getLast();
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return dlq.readRecordsToList();
    }

    double count(String name, String... tags) {
        return contract.meters.get(name).tags(tags).counter().count();
    }

    double gauge(String name, String... tags) {
        return contract.meters.get(name).tags(tags).gauge().value();
    }

    @Override
    public void close() {
        driver.close();
        contract.close();
    }
}
