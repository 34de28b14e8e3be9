package io.spillway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.v1.Attempt;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failed;
import io.spillway.v1.HealthPolicyEntry;
import io.spillway.v1.ProviderEntry;
import io.spillway.worker.config.WorkerConfig;
import io.spillway.worker.consume.Samples;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.Adapters;

/**
 * A key and a prompt are planted, the provider repeats both in whatever way it can, and neither is found in any log line, metric,
 * result, telemetry record or dead-letter header.
 */
class CanaryTest {

    private static final String KEY = "sk-CANARYkey0123456789";
    private static final String PROMPT = "CANARYprompt my secret question";
    private static final String CANARY = "canary";
    private static final String RESULTS = "llm.attempt-results";
    private static final TopicPartition P0 = new TopicPartition("llm.attempts.acme", 0);

    private static final String ERROR = """
            {"type":"error","id":"%1$s","error":{"message":"Incorrect API key %1$s for: %2$s","type":"%1$s","code":"%1$s",\
            "param":"%2$s","status":"%1$s","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"%1$s"}],\
            "innererror":{"code":"%1$s"},"metadata":{"raw":"%2$s"}},"message":"%1$s %2$s","detail":"%2$s"}"""
            .formatted(KEY, PROMPT);

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger own = (Logger) LoggerFactory.getLogger("io.spillway");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Map<String, MockConsumer<byte[], byte[]>> consumers = new ConcurrentHashMap<>();
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        lines.start();
        root.addAppender(lines);
        // As if somebody looked for a fault.
        own.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        own.setLevel(null);
        root.detachAppender(lines);
    }

    /** Everything a provider may do to a call, with key and prompt in it. */
    private static List<FaultServer.Script> shapes() {
        List<FaultServer.Script> shapes = new ArrayList<>();
        for (int status : new int[]{302, 400, 401, 402, 403, 404, 408, 413, 422, 429, 451, 499, 500, 502, 503, 529, 200}) {
            shapes.add(answering(status, "Content-Type: application/json\r\n", ERROR));
        }
        shapes.add(answering(200, "Content-Type: application/json\r\n", KEY + PROMPT));
        shapes.add(answering(200, "Content-Type: application/json\r\n", "{\"choices\":\"" + KEY + "\",\"" + PROMPT + "\":1}"));
        shapes.add(answering(401, "WWW-Authenticate: " + KEY + "=\"" + PROMPT + ",,=\r\n", KEY));
        shapes.add(answering(500, "Set-Cookie: " + KEY + "=" + PROMPT + "; expires=" + KEY + "; domain=" + KEY + "\r\n", KEY));
        shapes.add(
                answering(429, "Retry-After: " + KEY + "\r\nretry-after-ms: " + PROMPT + "\r\nx-ratelimit-reset-requests: " + KEY
                        + "\r\n", ERROR));
        shapes.add(answering(307, "Location: http://" + KEY + "@127.0.0.1/?q=" + PROMPT.replace(' ', '+') + "\r\n", ""));
        shapes.add(answering(200, "Content-Encoding: gzip\r\n", KEY + PROMPT));
        shapes.add(answering(200, "Content-Encoding: " + KEY + "\r\n", PROMPT));
        shapes.add(raw("HTTP/1.1 " + KEY + " " + PROMPT + "\r\n\r\n"));
        shapes.add(raw("HTTP/1.1 500 " + PROMPT + "\r\n" + KEY + "\r\n\r\n"));
        shapes.add(raw(KEY + " " + PROMPT + " is no HTTP\r\n\r\n"));
        shapes.add(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + KEY + "\r\n" + PROMPT));
        shapes.add(raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + KEY + "\r\n\r\n" + PROMPT));
        shapes.add(raw("HTTP/1.1 200 OK\r\nContent-Length: " + KEY + "\r\n\r\n" + PROMPT));
        shapes.add(raw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + ERROR));
        shapes.add(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + ERROR);
            connection.reset();
        });
        shapes.add(connection -> {
            connection.readRequest();
            connection.reset();
        });
        return shapes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "gemini", "vertex", "azure", "mistral", "cohere", "ollama"})
    void shouldBeFoundNowhere(String api) throws IOException {
        // Given one deployment for every way to fail
        Path file = Files.writeString(folder.resolve("key"), KEY);
        List<FaultServer> servers = new ArrayList<>();
        Map<String, DeploymentEntry> deployments = new ConcurrentHashMap<>();
        for (FaultServer.Script shape : shapes()) {
            FaultServer server = new FaultServer(shape);
            DeploymentEntry deployment = Samples.deployment("d" + servers.size(), 4);
            deployment.setEndpoint(server.uri().toString());
            deployment.setAllowInsecure(true);
            deployment.setCredential("${file:" + file + "}");
            deployment.setSettings(Map.of("project", "p"));
            servers.add(server);
            deployments.put(deployment.getId(), deployment);
        }
        ProviderEntry provider = ProviderEntry.newBuilder().setId(Samples.PROVIDER).setApi(api).build();
        CatalogueSnapshot catalogue = new CatalogueSnapshot(1, Map.of(Samples.PROVIDER, provider), deployments, Map.of(),
                HealthPolicyEntry.newBuilder().build());

        // When each gets an attempt, and a record that is none comes after them
        try (WorkerApp app = app(catalogue)) {
            app.start();
            await().until(() -> consumers.size() == 2);
            give(servers.size());
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(app.stats().finished()).isEqualTo(servers.size());
                assertThat(app.stats().deadLetters()).isEqualTo(1);
            });
        }

        // Then all of them really failed at the provider, which saw both
        assertThat(Samples.of(Samples.written(producer, RESULTS), Failed.class)).hasSize(servers.size());
        for (FaultServer server : servers) {
            assertThat(server.requests()).isNotEmpty().allSatisfy(request -> assertThat(request).contains(KEY, PROMPT));
            server.close();
        }
        // And nobody else did
        assertThat(lines.list).isNotEmpty().map(CanaryTest::text).noneMatch(CanaryTest::isLeak);
        assertThat(registry.getMeters()).isNotEmpty().map(Meter::getId).map(Object::toString).noneMatch(CanaryTest::isLeak);
        assertThat(producer.history()).allSatisfy(item -> {
            assertThat(item.headers()).allSatisfy(header -> assertThat(isLeak(header.key() + latin(header.value()))).isFalse());
            boolean holdsOriginal = item.topic().equals("llm.dlq");
            assertThat(holdsOriginal || !isLeak(latin(item.value()))).as(item.topic()).isTrue();
        });
        assertThat(producer.history()).map(ProducerRecord::topic).contains("llm.dlq", RESULTS, "llm.telemetry");
    }

    @Test
    void shouldNoticeALeakInEveryPartOfALogLine() {
        org.slf4j.Logger leaky = LoggerFactory.getLogger("io.spillway.leaky");
        leaky.atTrace().log("key " + KEY);
        leaky.atTrace().addKeyValue("prompt", PROMPT).log("value");
        leaky.atTrace().setCause(new IllegalStateException("outer", new IOException(KEY))).log("cause");

        assertThat(lines.list).map(CanaryTest::text).hasSize(3).allMatch(CanaryTest::isLeak);
    }

    private WorkerApp app(CatalogueSnapshot catalogue) {
        return new WorkerApp(WorkerConfig.of("w1", Map.of(), Map.of()), () -> catalogue,
                new WorkerSerdes(Samples.attempts(), Samples.events(), Samples.telemetry()), Adapters::forApi, registry,
                new WorkerClients(producer, (provider, lane) -> {
                    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
                    consumer.updateBeginningOffsets(Map.of(P0, 0L));
                    consumers.put(provider + "-" + lane, consumer);
                    return consumer;
                }));
    }

    private void give(int attempts) {
        MockConsumer<byte[], byte[]> consumer = consumers.get("acme-INTERACTIVE");
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(P0));
            IntStream.range(0, attempts).forEach(i -> consumer
                    .addRecord(new ConsumerRecord<>(P0.topic(), 0, i, new byte[]{1}, Samples.encode(attempt(i)))));
            consumer.addRecord(new ConsumerRecord<>(P0.topic(), 0, attempts, new byte[]{1},
                    (KEY + PROMPT).getBytes(StandardCharsets.UTF_8)));
        });
    }

    private static Attempt attempt(int number) {
        Attempt attempt = Samples.attempt("r" + number, "d" + number, 3);
        attempt.getRequest().getMessages().getFirst().setContent(PROMPT);
        attempt.setStartBy(Instant.now().plusSeconds(60));
        attempt.setDeadline(Instant.now().plusSeconds(120));
        attempt.setTimeoutMillis(5_000);
        return attempt;
    }

    private static FaultServer.Script answering(int status, String headers, String body) {
        return raw("HTTP/1.1 " + status + " " + PROMPT + "\r\nX-Request-Id: " + KEY + "\r\n" + headers + "Content-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    private static FaultServer.Script raw(String response) {
        return connection -> {
            connection.readRequest();
            connection.write(response);
        };
    }

    private static String text(ILoggingEvent event) {
        return event.getLoggerName() + event.getThreadName() + event.getFormattedMessage() + event.getKeyValuePairs()
                + event.getMDCPropertyMap()
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }

    private static String latin(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static boolean isLeak(String text) {
        return text.toLowerCase(Locale.ROOT).contains(CANARY);
    }
}
