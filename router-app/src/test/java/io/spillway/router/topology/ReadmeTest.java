package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topics;
import io.spillway.router.domain.ErrorCode;
import io.spillway.router.domain.FailureKind;
import io.spillway.router.domain.Rejection;

/** The tables of the README say what the code does. */
class ReadmeTest {

    private static String readme;

    @BeforeAll
    static void read() throws IOException {
        readme = Files.readString(Path.of("README.md"));
    }

    @Test
    void shouldListTheFailureKindsAsTheyAreHandled() {
        Map<String, List<String>> table = table("Failure kinds");
        assertThat(table.keySet()).containsExactlyElementsOf(Arrays.stream(FailureKind.values()).map(Enum::name).toList());
        for (FailureKind kind : FailureKind.values()) {
            assertThat(table.get(kind.name()).get(2)).as(kind.name()).isEqualTo(again(kind));
            assertThat(table.get(kind.name()).get(3)).as(kind.name()).isEqualTo(elsewhere(kind));
        }
    }

    @Test
    void shouldListTheErrorsWithWhetherRetryingHelps() {
        Map<String, List<String>> table = table("Errors a caller can see");
        assertThat(table.keySet()).containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(table.get(code.name()).get(2)).as(code.name()).isEqualTo(code.retryable() ? "yes" : "no");
        }
    }

    @Test
    void shouldListTheReasonsInTheOrderOfTheChecks() {
        Map<String, List<String>> table = table("Why a deployment was passed over");
        assertThat(table.keySet()).containsExactlyElementsOf(Arrays.stream(Rejection.Reason.values()).map(Enum::name).toList());
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            assertThat(table.get(reason.name()).get(2)).as(reason.name()).isEqualTo(reason.permanent() ? "no" : "yes");
        }
    }

    @Test
    void shouldListEveryHeader() throws IllegalAccessException {
        List<String> headers = new ArrayList<>();
        for (Field field : RecordHeaders.class.getFields()) {
            headers.add((String) field.get(null));
        }
        assertThat(table("Record headers").keySet()).containsExactlyInAnyOrderElementsOf(headers);
    }

    @Test
    void shouldListEveryMetric() throws IOException {
        String source = Files.readString(Path.of("src/main/java/io/spillway/router/topology/RouterMetrics.java"));
        TreeSet<String> names = new TreeSet<>();
        Pattern.compile("\"(spillway\\.[a-z.]+)\"").matcher(source).results().forEach(match -> names.add(match.group(1)));
        assertThat(new TreeSet<>(table("Metrics").keySet())).isEqualTo(names);
    }

    @Test
    void shouldNameTheStoresAndTopics() {
        for (var lane : Topics.LANES) {
            assertThat(readme).contains(Topics.standard().requests(lane).name(), Topics.standard().attemptResults(lane).name());
        }
        assertThat(table("State").keySet()).containsExactly("requests-<lane>", "progress-<lane>", "finished-<lane>");
        assertThat(LaneStores.requestsName(io.spillway.v1.Lane.BATCH)).isEqualTo("requests-batch");
    }

    @Test
    void shouldLinkOnlyToFilesThatExistAndToEveryDecision() throws IOException {
        List<String> links = Pattern.compile("]\\(([^)]+)\\)").matcher(readme).results().map(match -> match.group(1)).toList();
        assertThat(links).allSatisfy(link -> assertThat(Files.exists(Path.of(link))).as(link).isTrue());
        try (Stream<Path> adrs = Files.list(Path.of("docs/adr"))) {
            adrs.forEach(adr -> assertThat(adr).content().startsWith("# " + adr.getFileName().toString().substring(0, 3) + " ")
                    .contains("**Context.**", "**Decision.**", "**Consequences.**"));
        }
    }

    private static String again(FailureKind kind) {
        return switch (kind.again()) {
            case NEVER -> "next round";
            case NEVER_THIS_REQUEST -> "never";
            case ONCE -> "once";
            case ONCE_IF_NOT_SENT -> "once if nothing was sent";
            case AFTER_HINT -> "after the hint (0.2 s to 2 min)";
            case ALWAYS -> "at once";
        };
    }

    private static String elsewhere(FailureKind kind) {
        return switch (kind.elsewhere()) {
            case YES -> "yes";
            case NO -> "no";
            case LARGER_WINDOW -> "only with a larger window";
            case IF_ROUTE_ALLOWS -> "if the route allows";
        };
    }

    /** The rows of the first table under a heading, by their first cell. */
    private static Map<String, List<String>> table(String heading) {
        String section = readme.substring(readme.indexOf("\n## " + heading + "\n"));
        Map<String, List<String>> rows = new LinkedHashMap<>();
        section.lines().skip(2).takeWhile(line -> !line.startsWith("## ")).filter(line -> line.startsWith("| `"))
                .forEach(line -> {
                    List<String> cells = Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|")).map(String::strip)
                            .toList();
                    rows.put(cells.getFirst().replace("`", ""), cells);
                });
        return rows;
    }
}
