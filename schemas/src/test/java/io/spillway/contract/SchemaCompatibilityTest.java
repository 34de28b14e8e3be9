package io.spillway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.RoutingDecision;
import io.spillway.v1.Telemetry;
import io.spillway.v1.state.FinishedRequest;
import io.spillway.v1.state.RequestProgress;
import io.spillway.v1.state.StoredRequest;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * FULL_TRANSITIVE: today's schemas read what every released version wrote, and the other way round. A release adds its snapshot
 * with {@code mvn -pl schemas test -Dtest=SchemaCompatibilityTest#writeSnapshot -Dsnapshot=<version>} and its name to {@link
 * ReleasedSchemas}.
 */
class SchemaCompatibilityTest {

    private static final Path RELEASED = Path.of("src/main/resources/io/spillway/contract/released");

    static List<Schema> current() {
        return List.of(ChatRequest.SCHEMA$, ChatResponse.SCHEMA$, Attempt.SCHEMA$, AttemptEvent.SCHEMA$, Telemetry.SCHEMA$,
                DeploymentState.SCHEMA$, CatalogEntry.SCHEMA$, RoutingDecision.SCHEMA$, StoredRequest.SCHEMA$,
                RequestProgress.SCHEMA$,
                FinishedRequest.SCHEMA$);
    }

    @ParameterizedTest
    @MethodSource("current")
    void shouldReadAndBeReadByEveryReleasedVersion(Schema schema) {
        // Given
        Map<Path, Schema> released = released(schema.getFullName());
        assumeThat(Files.exists(RELEASED)).as("no version is released yet").isTrue();

        // Then
        released.forEach((file, old) -> {
            assertThat(problems(schema, old)).as("today's schema cannot read what %s wrote", file).isEmpty();
            assertThat(problems(old, schema)).as("%s cannot read what today's schema writes", file).isEmpty();
        });
    }

    @Test
    void shouldKnowEveryReleasedVersion() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASED)) {
            assertThat(folders.map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(ReleasedSchemas.VERSIONS);
        }
        assertThat(ReleasedSchemas.of(StoredRequest.SCHEMA$.getFullName())).isNotEmpty();
    }

    @Test
    void shouldKeepEveryReleasedSchema() throws IOException {
        List<String> names = current().stream().map(Schema::getFullName).toList();
        try (Stream<Path> files = Files.exists(RELEASED) ? Files.walk(RELEASED) : Stream.empty()) {
            assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString().replace(".avsc", "")))
                    .isSubsetOf(names);
        }
    }

    @ParameterizedTest
    @MethodSource("current")
    void shouldHaveUnknownFirstAsDefaultInEveryEnum(Schema schema) {
        Map<String, Schema> enums = new LinkedHashMap<>();
        collectEnums(schema, enums, new LinkedHashMap<>());
        enums.forEach((name, type) -> {
            assertThat(type.getEnumSymbols()).as(name).startsWith("UNKNOWN");
            assertThat(type.getEnumDefault()).as(name).isEqualTo("UNKNOWN");
        });
    }

    @Test
    void shouldNoticeAnIncompatibleChange() {
        // Given
        Schema old = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}");
        Schema changed = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"string\"}]}");

        // Then
        assertThat(problems(changed, old)).isNotEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = "snapshot", matches = "\\d+\\.\\d+\\.\\d+")
    void writeSnapshot() throws IOException {
        Path version = Files.createDirectories(RELEASED.resolve(System.getProperty("snapshot")));
        for (Schema schema : current()) {
            Files.writeString(version.resolve(schema.getFullName() + ".avsc"),
                    new JsonMapper().readTree(schema.toString()).toPrettyString() + "\n");
        }
    }

    private static List<String> problems(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult().getIncompatibilities().stream()
                .map(problem -> problem.getLocation() + ": " + problem.getMessage()).toList();
    }

    private static Map<Path, Schema> released(String fullName) {
        Map<Path, Schema> released = new LinkedHashMap<>();
        try (Stream<Path> files = Files.exists(RELEASED) ? Files.walk(RELEASED) : Stream.empty()) {
            for (Path file : files.filter(each -> each.endsWith(fullName + ".avsc")).toList()) {
                released.put(file, new Schema.Parser().parse(file.toFile()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return released;
    }

    private static void collectEnums(Schema schema, Map<String, Schema> enums, Map<String, Schema> seen) {
        switch (schema.getType()) {
            case ENUM -> enums.put(schema.getFullName(), schema);
            case ARRAY -> collectEnums(schema.getElementType(), enums, seen);
            case MAP -> collectEnums(schema.getValueType(), enums, seen);
            case UNION -> schema.getTypes().forEach(type -> collectEnums(type, enums, seen));
            case RECORD -> {
                if (seen.put(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collectEnums(field.schema(), enums, seen));
                }
            }
            default -> {}
        }
    }
}
