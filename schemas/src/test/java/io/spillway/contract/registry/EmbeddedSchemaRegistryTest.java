package io.spillway.contract.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedSchemaRegistryTest {

    private static final String BASE = "{\"name\":\"a\",\"type\":\"string\",\"default\":\"\"}";
    private static final Schema FIRST = record(BASE);
    private static final Schema OPTIONAL_ADDED = record(
            BASE + ",{\"name\":\"b\",\"type\":[\"null\",\"int\"],\"default\":null}");
    private static final Schema REQUIRED_ADDED = record(BASE + ",{\"name\":\"c\",\"type\":\"int\"}");
    private static final Schema FIELD_REMOVED = record("");
    private static final Schema TYPE_CHANGED = record("{\"name\":\"a\",\"type\":\"int\",\"default\":0}");

    private EmbeddedSchemaRegistry registry;
    private SchemaRegistryClient client;

    @BeforeEach
    void start() throws IOException {
        registry = start(null);
        client = client(registry);
    }

    @AfterEach
    void stop() {
        client.close();
        registry.close();
    }

    @Test
    void shouldGiveTheSameIdToTheSameSchemaUnderEverySubject() {
        // When
        int first = client.register("a", FIRST, false);
        int other = client.register("b", OPTIONAL_ADDED, false);
        int again = client.register("b", FIRST, false);
        // Then
        assertThat(List.of(first, other, again)).containsExactly(1, 2, 1);
        assertThat(client.schemaById(2)).isEqualTo(OPTIONAL_ADDED);
        assertThat(client.latest("b")).isEqualTo(new RegisteredSchema("b", 2, 1, FIRST));
        assertThat(client.version("b", 1).id()).isEqualTo(2);
        assertThat(client.lookup("b", OPTIONAL_ADDED, false).version()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"NONE, TYPE_CHANGED, true", "BACKWARD, REQUIRED_ADDED, false", "FORWARD, REQUIRED_ADDED, true",
            "FULL, REQUIRED_ADDED, false", "BACKWARD, OPTIONAL_ADDED, true", "FULL_TRANSITIVE, OPTIONAL_ADDED, true",
            "FULL_TRANSITIVE, FIELD_REMOVED, true", "BACKWARD, TYPE_CHANGED, false", "FORWARD, TYPE_CHANGED, false"})
    void shouldJudgeByTheLevelOfTheSubject(CompatibilityLevel level, String candidate, boolean accepted) {
        // Given
        client.setCompatibility("s", level);
        client.register("s", FIRST, false);
        Schema schema = Map.of("TYPE_CHANGED", TYPE_CHANGED, "REQUIRED_ADDED", REQUIRED_ADDED, "OPTIONAL_ADDED",
                OPTIONAL_ADDED, "FIELD_REMOVED", FIELD_REMOVED).get(candidate);
        // When
        CompatibilityVerdict verdict = client.check("s", schema);
        Throwable thrown = catchThrowable(() -> client.register("s", schema, false));
        // Then
        assertThat(client.compatibility("s")).isEqualTo(level);
        assertThat(verdict.compatible()).isEqualTo(accepted);
        assertThat(verdict.messages().isEmpty()).isEqualTo(accepted);
        assertThat(thrown == null).isEqualTo(accepted);
    }

    @Test
    void shouldLookAtEveryVersionOnlyWhenTransitive() {
        // Given: version 1 has a:string, version 2 has no field, the third has a:int
        client.setCompatibility("s", CompatibilityLevel.FULL);
        client.register("s", FIRST, false);
        client.register("s", FIELD_REMOVED, false);
        // When
        boolean full = client.check("s", TYPE_CHANGED).compatible();
        client.setCompatibility("s", CompatibilityLevel.FULL_TRANSITIVE);
        CompatibilityVerdict transitive = client.check("s", TYPE_CHANGED);
        // Then
        assertThat(full).isTrue();
        assertThat(transitive.compatible()).isFalse();
        assertThat(transitive.messages()).anySatisfy(message -> assertThat(message)
                .contains("the new schema cannot read version 1").contains("TYPE_MISMATCH"));
        assertThat(client.check("s", 2, TYPE_CHANGED).compatible()).isTrue();
        assertThat(client.check("s", 1, TYPE_CHANGED).compatible()).isFalse();
    }

    @Test
    void shouldRefuseAnIncompatibleSchemaInWords() {
        // Given
        client.register("s", FIRST, false);
        // When
        Throwable thrown = catchThrowable(() -> client.register("s", REQUIRED_ADDED, false));
        // Then
        assertThat(thrown).isInstanceOf(IncompatibleSchemaException.class)
                .hasMessageContaining("the new schema cannot read version 1")
                .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE").hasMessageContaining("c");
        assertThat(client.globalCompatibility()).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET | /subjects/nope/versions | 404 | 40401 | Subject 'nope' not found.",
            "GET | /subjects/s/versions/9 | 404 | 40402 | Version 9 not found.",
            "GET | /schemas/ids/99 | 404 | 40403 | Schema 99 not found",
            "GET | /subjects/s/versions/zero | 422 | 42202 | The specified version 'zero' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"",
            "GET | /config/s | 404 | 40408 | Subject 's' does not have subject-level compatibility configured",
            "GET | /nothing | 404 | 404 | HTTP 404 Not Found", "DELETE | /subjects/s | 405 | 405 | HTTP 405 Method Not Allowed"})
    void shouldAnswerErrorsLikeConfluent(String method, String path, int status, int code, String message)
            throws Exception {
        // Given
        client.register("s", FIRST, false);
        // When
        HttpResponse<String> response = send(method, path, "");
        // Then
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode body = new ObjectMapper().readTree(response.body());
        assertThat(body.properties()).hasSize(2);
        assertThat(body.path("error_code").asInt()).isEqualTo(code);
        assertThat(body.path("message").asText()).isEqualTo(message);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/vnd.schemaregistry.v1+json");
    }

    @Test
    void shouldRefuseInvalidInput() throws Exception {
        assertThat(send("POST", "/subjects/s/versions", "{\"schema\":\"{nonsense\"}").body()).contains("42201");
        assertThat(send("POST", "/subjects/s/versions", "{}").body()).contains("42201");
        assertThat(send("POST", "/subjects/s/versions", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}").body())
                .contains("42201");
        assertThat(send("POST", "/subjects/s/versions", "nonsense").statusCode()).isEqualTo(400);
        assertThat(send("PUT", "/config", "{\"compatibility\":\"SIDEWAYS\"}").body()).contains("42203");
        assertThat(send("GET", "/subjects", "").body()).isEqualTo("[]");
    }

    @Test
    void shouldListWhatItHolds() throws Exception {
        // When
        client.register("a/b", FIRST, false);
        client.register("c", FIRST, false);
        // Then
        assertThat(send("GET", "/subjects", "").body()).isEqualTo("[\"a/b\",\"c\"]");
        assertThat(send("GET", "/subjects/a%2Fb/versions", "").body()).isEqualTo("[1]");
        assertThat(send("GET", "/schemas/ids/1/versions", "").body())
                .isEqualTo("[{\"subject\":\"a/b\",\"version\":1},{\"subject\":\"c\",\"version\":1}]");
        assertThat(send("GET", "/schemas/types", "").body()).isEqualTo("[\"AVRO\"]");
        assertThat(send("GET", "/schemas/ids/1/schema", "").body()).isEqualTo(FIRST.toString());
        assertThat(send("GET", "/mode", "").body()).isEqualTo("{\"mode\":\"READWRITE\"}");
    }

    @Test
    void shouldTakeNothingNewWhenReadOnly() throws Exception {
        // Given
        client.register("s", FIRST, false);
        // When
        send("PUT", "/mode/s", "{\"mode\":\"READONLY\"}");
        // Then
        assertThat(send("POST", "/subjects/s/versions", schemaBody(OPTIONAL_ADDED)).body()).contains("42205");
        assertThat(send("POST", "/subjects/s/versions", schemaBody(FIRST)).statusCode()).isEqualTo(200);
        assertThat(client.register("other", OPTIONAL_ADDED, false)).isEqualTo(2);
    }

    @Test
    void shouldFindTheSameSchemaInAnotherOrderOnlyWhenNormalizing() {
        // Given
        Schema withProps = new Schema.Parser().parse(
                "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"x\":1,\"y\":2,\"fields\":[" + BASE + "]}");
        Schema reordered = new Schema.Parser().parse(
                "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"y\":2,\"x\":1,\"fields\":[" + BASE + "]}");
        int id = client.register("s", withProps, false);
        // When
        RegisteredSchema found;
        try (SchemaRegistryClient fresh = client(registry)) {
            found = fresh.lookup("s", reordered, true);
        }
        // Then
        assertThat(found.id()).isEqualTo(id);
        try (SchemaRegistryClient fresh = client(registry)) {
            assertThatThrownBy(() -> fresh.lookup("s", reordered, false)).isInstanceOf(SchemaNotFoundException.class);
        }
    }

    @Test
    void shouldKeepIdsLevelsAndModesAcrossARestart(@TempDir Path directory) throws Exception {
        // Given
        try (EmbeddedSchemaRegistry first = start(directory); SchemaRegistryClient to = client(first)) {
            to.setGlobalCompatibility(CompatibilityLevel.BACKWARD);
            to.setCompatibility("s", CompatibilityLevel.NONE);
            to.register("s", FIRST, false);
            to.register("s", TYPE_CHANGED, false);
        }
        // When
        try (EmbeddedSchemaRegistry second = start(directory); SchemaRegistryClient to = client(second)) {
            // Then
            assertThat(to.globalCompatibility()).isEqualTo(CompatibilityLevel.BACKWARD);
            assertThat(to.compatibility("s")).isEqualTo(CompatibilityLevel.NONE);
            assertThat(to.schemaById(1)).isEqualTo(FIRST);
            assertThat(to.latest("s")).isEqualTo(new RegisteredSchema("s", 2, 2, TYPE_CHANGED));
            assertThat(to.register("t", OPTIONAL_ADDED, false)).isEqualTo(3);
            assertThat(to.register("u", FIRST, false)).isEqualTo(1);
        }
    }

    @Test
    void shouldForgetOnlyTheTornLastLine(@TempDir Path directory) throws Exception {
        // Given
        try (EmbeddedSchemaRegistry first = start(directory); SchemaRegistryClient to = client(first)) {
            to.register("s", FIRST, false);
        }
        Path file = directory.resolve(SchemaJournal.FILE_NAME);
        Files.writeString(file, "{\"entry\":\"schema\",\"subject\":\"t\",\"ver", StandardOpenOption.APPEND);
        // When
        try (EmbeddedSchemaRegistry second = start(directory); SchemaRegistryClient to = client(second)) {
            // Then
            assertThat(to.schemaById(1)).isEqualTo(FIRST);
            assertThat(to.register("t", OPTIONAL_ADDED, false)).isEqualTo(2);
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
        try (EmbeddedSchemaRegistry third = start(directory); SchemaRegistryClient to = client(third)) {
            assertThat(to.schemaById(2)).isEqualTo(OPTIONAL_ADDED);
        }
    }

    @Test
    void shouldNotStartWhenALineInTheMiddleIsDamaged(@TempDir Path directory) throws Exception {
        // Given
        Files.writeString(directory.resolve(SchemaJournal.FILE_NAME), "{\"ent\n"
                + "{\"entry\":\"mode\",\"subject\":\"\",\"mode\":\"READONLY\"}\n");
        // When, Then
        assertThatThrownBy(() -> start(directory)).isInstanceOf(IOException.class).hasMessageContaining("line 1")
                .hasMessageContaining(SchemaJournal.FILE_NAME);
    }

    @Test
    void shouldNotStartTwiceOverOneDirectory(@TempDir Path directory) throws Exception {
        // Given
        try (EmbeddedSchemaRegistry first = start(directory)) {
            // When, Then
            assertThat(first.baseUri().getPort()).isPositive();
            assertThatThrownBy(() -> start(directory)).hasMessageContaining("in use");
        }
        // And the directory is free again afterwards
        start(directory).close();
    }

    private static EmbeddedSchemaRegistry start(Path directory) throws IOException {
        return EmbeddedSchemaRegistry.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), directory);
    }

    private static SchemaRegistryClient client(EmbeddedSchemaRegistry registry) {
        return RestSchemaRegistryClient.create(Map.of("schema.registry.url", registry.baseUri().toString()));
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry.baseUri() + path))
                .method(method, BodyPublishers.ofString(body)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private static String schemaBody(Schema schema) throws IOException {
        return new ObjectMapper().writeValueAsString(Map.of("schema", schema.toString()));
    }

    private static Schema record(String fields) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"fields\":[" + fields + "]}");
    }
}
