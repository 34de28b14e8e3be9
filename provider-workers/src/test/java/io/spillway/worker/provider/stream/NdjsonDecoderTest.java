package io.spillway.worker.provider.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class NdjsonDecoderTest {

    @Test
    void shouldFindLinesWhereverTheBytesAreCut() {
        byte[] bytes = "{\"a\":1}\n\n  \r\n{\"b\":\"\u00fc\"}\r\n{\"c\":3}".getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            List<String> lines = new ArrayList<>();
            NdjsonDecoder decoder = new NdjsonDecoder(100);
            decoder.feed(bytes, 0, cut, event -> lines.add(show(event)));
            decoder.feed(bytes, cut, bytes.length - cut, event -> lines.add(show(event)));
            assertThat(lines).hasSize(2);
            decoder.finish(event -> lines.add(show(event)));
            decoder.finish(event -> lines.add(show(event)));
            assertThat(lines).containsExactly("{\"a\":1}", "{\"b\":\"\u00fc\"}", "{\"c\":3}");
        }
    }

    @Test
    void shouldRefuseALineAboveTheCap() {
        for (String large : List.of("x".repeat(101), "x".repeat(101) + "\n", "{}\n" + "x".repeat(101))) {
            byte[] bytes = large.getBytes(StandardCharsets.UTF_8);
            assertThat(new NdjsonDecoder(100).feed(bytes, 0, bytes.length, event -> {})).isFalse();
        }
        byte[] many = "{\"a\":1}\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        assertThat(new NdjsonDecoder(100).feed(many, 0, many.length, event -> {})).isTrue();
    }

    private static String show(StreamEvent event) {
        return new String(event.data(), StandardCharsets.UTF_8).strip();
    }
}
