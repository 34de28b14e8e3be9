package io.spillway.cli.submit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.contract.Topics;
import io.spillway.contract.json.Json;
import io.spillway.v1.Lane;

/** A folder with a batch, and runs of the submitter over it. */
final class BatchFixture {

    final Path folder;
    final Path input;
    final Path output;
    final Path errors;
    final List<String> told = new ArrayList<>();
    final List<String> badLines = new ArrayList<>();
    Instant now = Instant.parse("2026-11-21T12:00:00Z");
    boolean retryErrors;
    Optional<String> route = Optional.empty();
    Optional<String> tenant = Optional.empty();
    int maxInFlight = 3;
    private int rounds;

    BatchFixture(Path folder) {
        this.folder = folder;
        this.input = folder.resolve("in.jsonl");
        this.output = folder.resolve("out.jsonl");
        this.errors = BatchPlan.defaultErrors(output);
    }

    static String line(String customId, String question) {
        return "{\"custom_id\":\"" + customId
                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"chat\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}}";
    }

    /** Lines with the custom_ids a0, a1, ... */
    static List<String> lines(int count) {
        return Stream.iterate(0, i -> i + 1).limit(count).map(i -> line("a" + i, "question " + i)).toList();
    }

    void write(List<String> lines) throws IOException {
        Files.write(input, lines);
    }

    BatchSubmission submission(FakeCluster.Connection connection) {
        BatchPlan plan = new BatchPlan(input, output, errors, Lane.BATCH, route, tenant, Duration.ofHours(24), maxInFlight,
                retryErrors);
        BatchSubmission.Edges edges = new BatchSubmission.Edges(connection.producer, connection.consumer, () -> now,
                System::nanoTime,
                () -> String.format("%012x", ++rounds));
        return new BatchSubmission(plan, Topics.standard(), edges, reporter());
    }

    BatchSubmission.Outcome run(FakeCluster cluster) {
        return submission(cluster.connect()).run();
    }

    /** Answers in the output by custom_id; fails when one is there twice. */
    Map<String, ObjectNode> answers() throws IOException {
        return byCustomId(output);
    }

    Map<String, ObjectNode> failures() throws IOException {
        return byCustomId(errors);
    }

    /** Copies the files as a killed process would leave them. */
    void snapshot(Path target) {
        try (Stream<Path> files = Files.list(folder)) {
            Files.createDirectories(target);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, ObjectNode> byCustomId(Path path) throws IOException {
        Map<String, ObjectNode> found = new HashMap<>();
        if (Files.exists(path)) {
            for (String line : Files.readAllLines(path)) {
                ObjectNode node = Json.readObject(line);
                if (found.put(node.path("custom_id").asText("line " + node.path("error").path("line")), node) != null) {
                    throw new AssertionError("twice in " + path + ": " + line);
                }
            }
        }
        return found;
    }

    private BatchReporter reporter() {
        return new BatchReporter() {
            @Override
            public void badLine(String sentence) {
                badLines.add(sentence);
            }

            @Override
            public void notice(String message) {
                told.add(message);
            }

            @Override
            public void progress(BatchProgress progress) {}
        };
    }
}
