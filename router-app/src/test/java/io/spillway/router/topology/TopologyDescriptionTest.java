package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.spillway.contract.CatalogueSnapshot;

/**
 * Names of stores become names of changelog topics, and names of sources and processors appear in metrics and ACLs: a rename
 * loses state. Whoever means to change one changes the file too, and says in the release notes how state is carried over.
 */
class TopologyDescriptionTest {

    @Test
    void shouldBeWhatWasReleased() throws IOException {
        try (TestRouter router = new TestRouter(CatalogueSnapshot.empty());
                InputStream golden = getClass().getResourceAsStream("/topology.txt")) {
            String expected = golden == null ? "(no file)" : new String(golden.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(stable(RouterTopology.build(router.parts(router.metrics)).describe().toString()))
                    .isEqualTo(stable(expected));
        }
    }

    /** Without what differs from run to run: the name of a lambda and the order of a set. */
    private static String stable(String description) {
        String named = description.replaceAll("\\(extractor class: .*\\)", "(topic named by the record)");
        return Pattern.compile("\\(stores: \\[(.*)]\\)").matcher(named)
                .replaceAll(match -> "(stores: ["
                        + Arrays.stream(match.group(1).split(", ")).sorted().collect(Collectors.joining(", ")) + "])")
                .lines().map(String::stripTrailing).collect(Collectors.joining("\n")).strip();
    }
}
