package io.spillway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The demo on somebody else's batch file, as README shows it. */
class DemoCommandIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void shouldAnswerEveryLineOfAnyBatchFileAndFailOver() throws Exception {
        Path input = directory.resolve("batch.jsonl");
        Files.write(input, List.of(line("a", "gpt-4o"), "this is not a line", line("b", "some/other:model \\\"quoted\\\""),
                line("c", "gpt-4o")));
        Path output = directory.resolve("answers.jsonl");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exit = SpillwayCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), "demo", "--input",
                input.toString(),
                "--output", output.toString(), "--json");

        assertThat(exit).as(out + "\n" + err).isZero();
        JsonNode result = JSON.readTree(out.toString().strip().lines().toList().getLast());
        assertThat(result.path("requests").asInt()).isEqualTo(3);
        assertThat(result.path("answered").asInt()).isEqualTo(3);
        assertThat(result.path("errors").asInt()).isZero();
        assertThat(result.path("lost").asInt()).isZero();
        assertThat(result.path("duplicateAnswers").asInt()).isZero();
        assertThat(result.path("failovers").asInt()).isPositive();
        assertThat(result.path("addedLatencyMs").path("p50").isNumber()).isTrue();
        assertThat(out.toString()).contains("skipped line 2:");
        assertThat(Files.readAllLines(output)).hasSize(3).allSatisfy(line -> {
            JsonNode answer = JSON.readTree(line);
            assertThat(answer.path("custom_id").asText()).isIn("a", "b", "c");
            assertThat(answer.path("response").path("status_code").asInt()).isEqualTo(200);
            assertThat(answer.path("response").path("body").path("choices").size()).isEqualTo(1);
        });
    }

    @Test
    void shouldSayWhatIsWrongWithAFileThatHasNoValidLine() throws Exception {
        Path input = directory.resolve("empty.jsonl");
        Files.writeString(input, "nonsense\n");
        StringWriter err = new StringWriter();

        int exit = SpillwayCommand.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), "demo", "--input",
                input.toString());

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("no valid line").contains("custom_id");
    }

    private static String line(String id, String model) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"" + model
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello " + id + "\"}]}}";
    }
}
