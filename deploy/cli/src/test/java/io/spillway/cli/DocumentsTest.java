package io.spillway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueInput;
import io.spillway.cli.config.Section;

/** What the documents say is what the code does. Runs in deploy/cli, as Maven does. */
final class DocumentsTest {

    private static final Path DEPLOY = Path.of("..");
    private static final Pattern KEY_ROW = Pattern.compile("^\\| `((?:providers|deployments|routes|health)[^`]*)` \\|",
            Pattern.MULTILINE);

    @Test
    void shouldDocumentExactlyTheKeysTheParserKnows() throws IOException {
        // When
        List<String> documented = KEY_ROW.matcher(Files.readString(DEPLOY.resolve("README.md"))).results()
                .map(result -> result.group(1)).toList();

        // Then
        assertThat(documented).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(Section.allKeys());
    }

    @Test
    void shouldDocumentEveryExample() throws IOException {
        String readme = Files.readString(DEPLOY.resolve("README.md"));

        assertThat(examples()).isNotEmpty().allSatisfy(example -> assertThat(readme).contains("config/" + example.getFileName()));
    }

    @Test
    void shouldHaveValidExamples() throws IOException {
        for (Path example : examples()) {
            Catalogue catalogue = CatalogueInput.require(example);
            assertThat(catalogue.snapshot().routes()).as(example.toString()).containsKey("chat-default");
        }
    }

    @Test
    void shouldHaveAnExampleThatFallsBackToALocalModel() {
        Catalogue example = CatalogueInput.require(DEPLOY.resolve("config/example.yaml"));

        assertThat(example.snapshot().routes().get("chat-default").getLastResort().getDeployments()).singleElement()
                .extracting(member -> member.getDeployment()).isEqualTo("llama-local");
        assertThat(example.snapshot().providers()).containsOnlyKeys("openai", "anthropic", "local");
    }

    @Test
    void shouldStartTheLauncherWithTheMainClass() throws IOException {
        String launcher = Files.readString(DEPLOY.resolve("spillway"));

        assertThat(Pattern.compile("io\\.spillway\\.\\S+Command").matcher(launcher).results().map(MatchResult::group))
                .containsExactly(SpillwayCommand.class.getName());
        assertThat(DEPLOY.resolve("spillway")).isExecutable();
    }

    private static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(DEPLOY.resolve("config"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }
}
