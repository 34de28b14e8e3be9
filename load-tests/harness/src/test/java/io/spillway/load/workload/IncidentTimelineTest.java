package io.spillway.load.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.spillway.load.workload.IncidentTimeline.Phase;

class IncidentTimelineTest {

    private static final Duration HOUR = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private static Incident incident(String provider, String start, String end) {
        return new Incident(provider, Instant.parse(start), Instant.parse(end), 2);
    }

    @Test
    void shouldKeepOverlapsAndShortenQuietTime() {
        List<Phase> phases = IncidentTimeline.of(List.of(incident("a", "2024-01-01T10:00:00Z", "2024-01-01T12:00:00Z"),
                incident("b", "2024-01-01T11:00:00Z", "2024-01-01T13:00:00Z"),
                incident("a", "2024-03-01T10:00:00Z", "2024-03-01T11:00:00Z")), Duration.ofSeconds(60), HOUR);

        assertThat(phases).containsExactly(new Phase("a", Duration.ofMillis(1500), Duration.ofMillis(5500), 2),
                new Phase("b", Duration.ofMillis(3500), Duration.ofMillis(7500), 2),
                new Phase("a", Duration.ofMillis(9000), Duration.ofMillis(11_000), 2));
    }

    @Test
    void shouldTakeAsManyOfTheLatestAsFit() {
        List<Phase> phases = IncidentTimeline.of(List.of(incident("a", "2024-01-01T10:00:00Z", "2024-01-01T20:00:00Z"),
                incident("b", "2024-02-01T11:00:00Z", "2024-02-01T12:00:00Z"),
                incident("a", "2024-03-01T10:00:00Z", "2024-03-01T11:00:00Z")), Duration.ofSeconds(10), HOUR);

        assertThat(phases).extracting(Phase::provider).containsExactly("b", "a");
    }

    @Test
    void shouldShortenAnIncidentThatLastedForDays() {
        List<Phase> phases = IncidentTimeline.of(List.of(incident("a", "2024-01-01T10:00:00Z", "2024-01-04T10:00:00Z"),
                incident("b", "2024-01-02T10:00:00Z", "2024-01-02T11:00:00Z")), Duration.ofSeconds(60), HOUR);

        assertThat(phases).containsExactly(new Phase("a", Duration.ofMillis(1500), Duration.ofMillis(13_500), 2),
                new Phase("b", Duration.ofMillis(6500), Duration.ofMillis(8500), 2));
    }

    @Test
    void shouldReadIncidentsAndLeaveOutThoseWithoutImpact() throws Exception {
        Path file = Files.writeString(directory.resolve("incidents.csv"), """
                provider,start,end,impact_level
                a,2024-01-01T10:00:00Z,2024-01-01T11:00:00Z,3
                a,2024-01-02T10:00:00Z,2024-01-02T11:00:00Z,0
                """);

        assertThat(Incident.read(file)).containsExactly(
                new Incident("a", Instant.parse("2024-01-01T10:00:00Z"), Instant.parse("2024-01-01T11:00:00Z"), 3));
    }

    @Test
    void shouldNameTheLineThatIsWrong() throws Exception {
        Path file = Files.writeString(directory.resolve("incidents.csv"),
                "provider,start,end,impact_level\na,yesterday,today,3\n");

        assertThatThrownBy(() -> Incident.read(file)).hasMessageContaining("incidents.csv:2").hasMessageContaining("yesterday");
    }

    @Test
    void shouldPlayATraceAtTheWantedRateWithItsSizes() throws Exception {
        StringBuilder csv = new StringBuilder("TIMESTAMP,ContextTokens,GeneratedTokens\n");
        for (int i = 0; i < 100; i++) {
            csv.append("2023-11-16 18:15:%02d.%d000000,374,440%n".formatted(i / 10, i % 10));
        }
        Path file = Files.writeString(directory.resolve("trace.csv"), csv);

        List<PlannedRequest> plan = ArrivalTrace.plan(file, 20, Duration.ofSeconds(2));

        // Ten a second in the file, twenty wanted.
        assertThat(plan).hasSize(40);
        assertThat(plan.get(10).atNanos()).isEqualTo(500_000_000L);
        assertThat(plan.getFirst().promptBytes()).isEqualTo(374 * 4);
        assertThat(plan.getFirst().maxTokens()).isEqualTo(440);
    }
}
