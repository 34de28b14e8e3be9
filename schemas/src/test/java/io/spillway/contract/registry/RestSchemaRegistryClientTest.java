package io.spillway.contract.registry;

import static io.spillway.contract.registry.ScriptedRegistry.error;
import static io.spillway.contract.registry.ScriptedRegistry.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.spillway.contract.registry.ScriptedRegistry.Answer;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestSchemaRegistryClientTest {

    private static final String TEXT = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";
    private static final Schema SCHEMA = new Schema.Parser().parse(TEXT);
    private static final Answer SCHEMA_ANSWER = ok("{\"schema\":\"" + TEXT.replace("\"", "\\\"") + "\"}");

    @Test
    void shouldAskOnceForAnIdWhenManyThreadsWantIt() throws Exception {
        // Given
        CountDownLatch release = new CountDownLatch(1);
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> {
            await(release);
            return SCHEMA_ANSWER;
        }); SchemaRegistryClient client = client(registry.url(), Map.of())) {
            ExecutorService threads = Executors.newFixedThreadPool(6);
            // When
            List<Future<Schema>> results = IntStream.range(0, 6)
                    .mapToObj(i -> threads.submit(() -> client.schemaById(7))).toList();
            release.countDown();
            for (Future<Schema> result : results) {
                assertThat(result.get(5, TimeUnit.SECONDS)).isEqualTo(SCHEMA);
            }
            client.schemaById(7);
            // Then
            assertThat(registry.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.method()).isEqualTo("GET");
                assertThat(asked.uri()).isEqualTo("/schemas/ids/7");
                assertThat(asked.accept()).startsWith("application/vnd.schemaregistry.v1+json")
                        .contains("application/json");
            });
            threads.shutdownNow();
        }
    }

    @Test
    void shouldRegisterOnceAndEncodeTheSubjectWhenItHasSpecialCharacters() {
        // Given
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> ok("{\"id\":42}"));
                SchemaRegistryClient client = client(registry.url() + "/base/", Map.of())) {
            // When
            int first = client.register("a/b c", SCHEMA, true);
            int second = client.register("a/b c", SCHEMA, true);
            // Then
            assertThat(List.of(first, second)).containsOnly(42);
            assertThat(registry.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.uri()).isEqualTo("/base/subjects/a%2Fb%20c/versions?normalize=true");
                assertThat(asked.contentType()).isEqualTo("application/vnd.schemaregistry.v1+json");
                assertThat(asked.body()).isEqualTo("{\"schema\":\"" + TEXT.replace("\"", "\\\"") + "\"}");
            });
        }
    }

    @Test
    void shouldFallBackToPlainJsonWhenTheMediaTypeIsRefused() {
        // Given
        try (ScriptedRegistry registry = new ScriptedRegistry(
                asked -> asked.contentType().equals("application/json") ? ok("{\"id\":1}") : new Answer(415, ""));
                SchemaRegistryClient client = client(registry.url(), Map.of())) {
            // When
            int id = client.register("s", SCHEMA, false);
            // Then
            assertThat(id).isEqualTo(1);
            assertThat(registry.asked()).hasSize(2);
        }
    }

    @Test
    void shouldSendBasicCredentialsWhenConfigured() {
        assertThat(authorization("http://", Map.of("basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "fred:letmein"))).isEqualTo("Basic ZnJlZDpsZXRtZWlu");
        assertThat(authorization("http://", Map.of("schema.registry.basic.auth.user.info", "fred:letmein")))
                .isEqualTo("Basic ZnJlZDpsZXRtZWlu");
        assertThat(authorization("http://fred:let%6Dein@", Map.of())).isEqualTo("Basic ZnJlZDpsZXRtZWlu");
        assertThat(authorization("http://", Map.of())).isEqualTo("none");
    }

    @Test
    void shouldSendTheTokenAndTheClusterWhenConfigured() {
        // Given
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> SCHEMA_ANSWER);
                SchemaRegistryClient client = client(registry.url(),
                        Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "t0ken",
                                "bearer.auth.logical.cluster", "lsrc-1"))) {
            // When
            client.schemaById(1);
            // Then
            assertThat(registry.asked()).singleElement().satisfies(asked -> {
                assertThat(asked.authorization()).hasValue("Bearer t0ken");
                assertThat(asked.cluster()).isEqualTo("lsrc-1");
            });
        }
    }

    @Test
    void shouldSayNotFoundWhenTheRegistryDoesNotKnowTheId() {
        // Given
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> error(404, 40_403, "Schema 9 not found"));
                SchemaRegistryClient client = client(registry.url(), Map.of())) {
            // When
            Throwable thrown = catchThrowable(() -> client.schemaById(9));
            // Then
            assertThat(thrown).isInstanceOf(SchemaNotFoundException.class).isInstanceOf(SerializationException.class)
                    .isNotInstanceOf(RetriableException.class).hasMessageContaining("Schema 9 not found");
            assertThat(((SchemaNotFoundException) thrown).errorCode()).isEqualTo(40_403);
        }
    }

    @Test
    void shouldMapEachErrorCodeToItsException() {
        assertThat(failure(error(409, 409, "incompatible: field x"))).isInstanceOf(IncompatibleSchemaException.class)
                .hasMessageContaining("field x").hasMessageContaining("optional with a default");
        assertThat(failure(error(422, 42_201, "bad schema"))).isInstanceOf(InvalidSchemaException.class);
        assertThat(failure(error(404, 40_401, "no subject"))).isInstanceOf(SchemaNotFoundException.class);
        assertThat(failure(error(404, 40_402, "no version"))).isInstanceOf(SchemaNotFoundException.class);
        assertThat(failure(error(401, 401, "who?"))).isInstanceOf(SchemaRegistryAccessDeniedException.class)
                .isInstanceOf(RetriableException.class).hasMessageContaining("basic.auth.user.info");
        assertThat(failure(new Answer(403, "<html>"))).isInstanceOf(SchemaRegistryAccessDeniedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 400, 404, 409})
    void shouldTakeItAsUnavailableWhenSomethingElseThanARegistryAnswers(int status) {
        assertThat(failure(new Answer(status, "<html>hello</html>")))
                .isInstanceOf(SchemaRegistryUnavailableException.class).hasMessageContaining("schema.registry.url");
    }

    @Test
    void shouldTryAgainWhenTheRegistryStumbles() {
        // Given
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> SCHEMA_ANSWER);
                SchemaRegistryClient client = client(registry.url(), Map.of())) {
            registry.answer(asked -> registry.asked().size() < 3 ? error(503, 50_301, "starting") : SCHEMA_ANSWER);
            // When
            Schema schema = client.schemaById(1);
            // Then
            assertThat(schema).isEqualTo(SCHEMA);
            assertThat(registry.asked()).hasSize(3);
        }
    }

    @Test
    void shouldGiveUpAsRetriableWhenTheRegistryIsDownAndRecoverWhenItIsBack() {
        // Given
        ScriptedRegistry first = new ScriptedRegistry(asked -> SCHEMA_ANSWER);
        int port = first.port();
        first.close();
        try (SchemaRegistryClient client = client("http://127.0.0.1:" + port, Map.of("max.retries", "1"))) {
            // When
            Throwable thrown = catchThrowable(() -> client.schemaById(1));
            // Then
            assertThat(thrown).isInstanceOf(SchemaRegistryUnavailableException.class)
                    .isInstanceOf(RetriableException.class).hasMessageContaining("127.0.0.1:" + port);
            try (ScriptedRegistry second = new ScriptedRegistry(port, asked -> SCHEMA_ANSWER)) {
                assertThat(client.schemaById(1)).isEqualTo(SCHEMA);
                assertThat(second.asked()).hasSize(1);
            }
        }
    }

    @Test
    void shouldFailOverInOrderAndStayWithTheOneThatWorks() {
        // Given
        try (ScriptedRegistry sick = new ScriptedRegistry(asked -> error(500, 50_001, "store"));
                ScriptedRegistry well = new ScriptedRegistry(asked -> SCHEMA_ANSWER);
                SchemaRegistryClient client = client(sick.url() + " , " + well.url(), Map.of("max.retries", "0"))) {
            // When
            client.schemaById(1);
            client.schemaById(2);
            // Then
            assertThat(sick.asked()).hasSize(1);
            assertThat(well.asked()).hasSize(2);
            // And when the one that worked fails, the first is asked again
            well.close();
            sick.answer(asked -> SCHEMA_ANSWER);
            assertThat(client.schemaById(3)).isEqualTo(SCHEMA);
            assertThat(sick.asked()).hasSize(2);
        }
    }

    @Test
    void shouldEndTheCallAtItsDeadlineWhenTheRegistryHangs() {
        // Given
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> {
            await(never);
            return SCHEMA_ANSWER;
        });
                SchemaRegistryClient client = client(registry.url(),
                        Map.of("http.call.timeout.ms", "150", "http.read.timeout.ms", "60000"))) {
            // When
            Throwable thrown = catchThrowable(() -> client.schemaById(1));
            // Then
            assertThat(thrown).isInstanceOf(SchemaRegistryUnavailableException.class).hasMessageContaining("150 ms");
            assertThat(registry.asked()).hasSize(1);
            never.countDown();
        }
    }

    @Test
    void shouldFetchReferencedSchemasFirst() {
        // Given
        String outer = "{\"type\":\"record\",\"name\":\"Outer\",\"fields\":[{\"name\":\"r\",\"type\":\"R\"}]}";
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> asked.uri().startsWith("/schemas/ids/")
                ? ok("{\"schema\":\"" + outer.replace("\"", "\\\"")
                        + "\",\"references\":[{\"name\":\"R\",\"subject\":\"r\",\"version\":3}]}")
                : ok("{\"subject\":\"r\",\"version\":3,\"id\":4,\"schema\":\"" + TEXT.replace("\"", "\\\"") + "\"}"));
                SchemaRegistryClient client = client(registry.url(), Map.of())) {
            // When
            Schema schema = client.schemaById(1);
            // Then
            assertThat(schema.getField("r").schema()).isEqualTo(SCHEMA);
            assertThat(registry.asked()).extracting(ScriptedRegistry.Asked::uri).containsExactly("/schemas/ids/1",
                    "/subjects/r/versions/3");
        }
    }

    @Test
    void shouldRefuseASchemaOfAnotherType() {
        assertThat(failure(ok("{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}")))
                .isInstanceOf(SchemaRegistryException.class).hasMessageContaining("PROTOBUF");
    }

    @Test
    void shouldNameTheKeyAndTheRemedyWhenNoUrlIsSet() {
        assertThatThrownBy(() -> RestSchemaRegistryClient.create(Map.of()))
                .hasMessageContaining("schema.registry.url is not set").hasMessageContaining("spillway up");
    }

    @Test
    void shouldKeepSecretsOutOfMessages() {
        assertThat(catchThrowable(() -> SchemaRegistryConfig.from(Map.of("schema.registry.url", "htp://u:s3cret@h"))))
                .hasMessageNotContaining("s3cret").hasMessageContaining("http://host:port");
        assertThat(catchThrowable(() -> SchemaRegistryConfig.from(Map.of("schema.registry.url", "http://u:s3cret@ h"))))
                .hasMessageNotContaining("s3cret");
        assertThat(SchemaRegistryConfig.from(Map.of("schema.registry.url", "http://u:s3cret@h:1")).toString())
                .doesNotContain("s3cret").contains("http://h:1");
        assertThat(catchThrowable(() -> SchemaRegistryConfig.from(Map.of("schema.registry.url", "http://h",
                "basic.auth.user.info", "a:s3cret", "bearer.auth.token", "s3cret")))).hasMessageNotContaining("s3cret")
                .hasMessageContaining("Keep the one");
    }

    private static String authorization(String scheme, Map<String, String> settings) {
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> SCHEMA_ANSWER);
                SchemaRegistryClient client = client(scheme + "127.0.0.1:" + registry.port(), settings)) {
            client.schemaById(1);
            return registry.asked().get(0).authorization().orElse("none");
        }
    }

    private static Throwable failure(Answer answer) {
        try (ScriptedRegistry registry = new ScriptedRegistry(asked -> answer);
                SchemaRegistryClient client = client(registry.url(), Map.of())) {
            Throwable thrown = catchThrowable(() -> client.schemaById(1));
            assertThat(registry.asked()).hasSize(1);
            return thrown;
        }
    }

    private static SchemaRegistryClient client(String url, Map<String, String> settings) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put("schema.registry.url", url);
        config.put("retries.wait.ms", 1);
        return RestSchemaRegistryClient.create(config);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
