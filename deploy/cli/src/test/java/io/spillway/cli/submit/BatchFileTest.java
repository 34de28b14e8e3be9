package io.spillway.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BatchFileTest {

    private static final String GOOD = BatchFixture.line("a", "q");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "not json|invalid_json",
            "[1]|invalid_json",
            "{\"method\":\"POST\"}|invalid_custom_id",
            "{\"custom_id\":7}|invalid_custom_id",
            "{\"custom_id\":\" \"}|invalid_custom_id",
            "{\"custom_id\":\"x\"}|invalid_method",
            "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/embeddings\"}|invalid_url",
            "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":[]}|invalid_body",
            "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"messages\":[]}}|missing_model",
            "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"}}|invalid_body",
            "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"sytem\",\"content\":\"q\"}]}}|invalid_body",
    })
    void shouldSayWhatIsWrongWithALine(String line, String code) throws IOException {
        BatchEntry.Bad bad = (BatchEntry.Bad) read(GOOD + "\n" + line + "\n", null).get(1);
        assertThat(bad.code()).isEqualTo(code);
        assertThat(bad.line()).isEqualTo(2);
        assertThat(bad.remedy()).isNotBlank();
    }

    @Test
    void shouldRefuseACustomIdUsedBefore() throws IOException {
        List<BatchEntry> entries = read(GOOD + "\n" + BatchFixture.line("b", "q") + "\n" + GOOD, null);
        assertThat(((BatchEntry.Bad) entries.get(2)).code()).isEqualTo("duplicate_custom_id");
    }

    @Test
    void shouldTolerateByteOrderMarkBlankLinesCarriageReturnsAndAMissingLastLineEnd() throws IOException {
        List<BatchEntry> entries = read("\uFEFF" + GOOD + "\r\n\r\n  \n" + BatchFixture.line("b", "ü"), null);
        assertThat(entries).hasSize(2).allMatch(BatchEntry.Valid.class::isInstance);
        assertThat(entries.get(1).line()).isEqualTo(4);
        assertThat(((BatchEntry.Valid) entries.get(1)).body()).contains("ü");
    }

    @Test
    void shouldLetTheRouteReplaceTheModel() throws IOException {
        BatchEntry.Valid valid = (BatchEntry.Valid) read(GOOD, "cheap").getFirst();
        assertThat(valid.body()).isEqualTo("{\"messages\":[{\"content\":\"q\",\"role\":\"user\"}],\"model\":\"cheap\"}");
        assertThat(valid.content()).isNotEqualTo(((BatchEntry.Valid) read(GOOD, null).getFirst()).content());
    }

    @Test
    void shouldRefuseABodyThatKafkaCannotTake() throws IOException {
        String huge = BatchFixture.line("big", "x".repeat(BatchFile.MAX_BODY_BYTES));
        List<BatchEntry> entries = read(huge + "\n" + GOOD, null);
        assertThat(((BatchEntry.Bad) entries.getFirst()).code()).isEqualTo("body_too_large");
        assertThat(entries.get(1)).isInstanceOf(BatchEntry.Valid.class);
    }

    @Test
    void shouldSkipALineThatIsTooLongToRead() throws IOException {
        List<BatchEntry> entries = read("x".repeat(BatchFile.MAX_LINE_BYTES + 1) + "\n" + GOOD, null);
        assertThat(((BatchEntry.Bad) entries.getFirst()).code()).isEqualTo("line_too_long");
        assertThat(entries.get(1)).isInstanceOf(BatchEntry.Valid.class);
    }

    @Test
    void shouldReadLinesThatSpanBuffers() throws IOException {
        byte[] bytes = ("a".repeat(100_000) + "\n\nb\n" + "c".repeat(65_535) + "\nd").getBytes(StandardCharsets.UTF_8);
        List<Integer> lengths = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        try (LineReader lines = new LineReader(new ByteArrayInputStream(bytes), 200_000)) {
            while (lines.next()) {
                lengths.add(lines.bytes().length);
                starts.add(lines.start());
            }
            assertThat(lines.isTerminated()).isFalse();
        }
        assertThat(lengths).containsExactly(100_000, 0, 1, 65_535, 1);
        assertThat(starts).containsExactly(0L, 100_001L, 100_002L, 100_004L, 165_540L);
    }

    private List<BatchEntry> read(String text, String route) throws IOException {
        Path path = Files.writeString(folder.resolve("in.jsonl"), text);
        List<BatchEntry> entries = new ArrayList<>();
        try (BatchFile file = BatchFile.open(path, route)) {
            for (Optional<BatchEntry> entry = file.next(); entry.isPresent(); entry = file.next()) {
                entries.add(entry.get());
            }
        }
        return entries;
    }
}
