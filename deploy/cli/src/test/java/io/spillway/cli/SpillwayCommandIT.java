package io.spillway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.spillway.cli.broker.LocalBroker;
import io.spillway.cli.broker.LocalBrokerConfig;
import io.spillway.contract.registry.EmbeddedSchemaRegistry;

/** The commands in the order an operator runs them. */
final class SpillwayCommandIT {

    private static final String EXAMPLE = "../config/example.yaml";

    @Test
    void shouldPrepareAClusterAndPublishTheExample() throws Exception {
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.temporary());
                EmbeddedSchemaRegistry registry = EmbeddedSchemaRegistry.start(new InetSocketAddress("127.0.0.1", 0), null)) {
            List<String> cluster = List.of("--bootstrap-server", broker.bootstrapServers(), "--registry",
                    registry.baseUri().toString());

            assertThat(run(cluster, "apply", EXAMPLE))
                    .containsExactly("1", "spillway: topic llm.catalog does not exist: run `spillway topics` first, or choose "
                            + "another --prefix");
            assertThat(run(cluster, "topics", "--dry-run")).startsWith("0").contains("would create  llm.requests (6 partitions)")
                    .noneMatch(line -> line.startsWith("registered"));
            assertThat(run(cluster, "topics", "--config", EXAMPLE)).startsWith("0")
                    .contains("created  llm.requests (6 partitions)", "created  llm.attempts.anthropic.batch (6 partitions)",
                            "registered  llm.catalog-value");
            assertThat(run(cluster, "topics", "--config", EXAMPLE)).startsWith("0")
                    .contains("exists  llm.requests (6 partitions)")
                    .noneMatch(line -> line.startsWith("created") || line.startsWith("differs"));
            assertThat(run(cluster, "apply", EXAMPLE)).startsWith("0").contains("added  route/chat-default")
                    .endsWith("applied revision 1: 11 added, 0 changed, 0 removed");
            assertThat(run(cluster, "apply", EXAMPLE)).containsExactly("0",
                    "no change: revision 1 already says what ../config/example.yaml says");
            assertThat(run(cluster, "apply", "../config/minimal.yaml")).startsWith("0")
                    .contains("changed  deployment/gpt-4.1-mini", "removed  route/chat-fast")
                    .endsWith("applied revision 2: 0 added, 2 changed, 8 removed");
        }
    }

    @Test
    void shouldSayWhatToDoWhenTheRegistryIsAway() {
        try (LocalBroker broker = LocalBroker.start(LocalBrokerConfig.temporary())) {
            List<String> cluster = List.of("--bootstrap-server", broker.bootstrapServers(), "--registry", "http://127.0.0.1:1");

            List<String> said = run(cluster, "topics", "--no-schemas");
            List<String> failed = run(cluster, "topics");

            assertThat(said).startsWith("0");
            assertThat(failed).startsWith("1")
                    .anySatisfy(line -> assertThat(line).startsWith("spillway: ").contains("127.0.0.1:1"));
        }
    }

    /** The exit code, then the lines of both streams. */
    private static List<String> run(List<String> cluster, String... arguments) {
        StringWriter said = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(cluster);
        int exitCode = SpillwayCommand.run(new PrintWriter(said, true), new PrintWriter(said, true), all.toArray(String[]::new));
        List<String> lines = new ArrayList<>(List.of(Integer.toString(exitCode)));
        said.toString().lines().forEach(lines::add);
        return lines;
    }
}
