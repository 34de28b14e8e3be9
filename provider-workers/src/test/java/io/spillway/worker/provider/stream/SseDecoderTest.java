package io.spillway.worker.provider.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SseDecoderTest {

    /** Input and events as {@code type=data}, separated by {@code ;}. Most of the examples are the standard's own. */
    @ParameterizedTest
    @CsvSource(delimiter = '~', ignoreLeadingAndTrailingWhitespace = false, value = {
            "data: a\\n\\n~message=a", "data:a\\n\\n~message=a", "data:  a\\n\\n~message= a",
            "data: a\\r\\rdata: b\\r\\r~message=a;message=b",
            "data: a\\r\\n\\r\\ndata: b\\r\\n\\r\\n~message=a;message=b", "data: a\\r\\n\\ndata: b\\n\\r\\n~message=a;message=b",
            "data: YHOO\\ndata: +2\\ndata: 10\\n\\n~message=YHOO\\n+2\\n10",
            ": test stream\\n\\ndata: first event\\nid: 1\\n\\ndata:second event\\nid\\n\\ndata:  third event\\n\\n~message=first event;message=second event;message= third event",
            "data\\n\\ndata\\ndata\\n\\ndata:~message=;message=\\n", "data:test\\n\\ndata: test\\n\\n~message=test;message=test",
            "event: add\\ndata: 7\\n\\n~add=7", "data: 7\\nevent: add\\n\\ndata: 8\\n\\n~add=7;message=8",
            "event: lost\\n\\ndata: 8\\n\\n~message=8",
            "event\\ndata: 8\\n\\n~message=8", "event: a\\nevent: b\\ndata: 8\\n\\n~b=8", ":\\n:\\n:data: x\\n\\n~",
            "retry: 10\\n\\n~", "data: a\\n~", "data: a~",
            "data: a\\ndata~", "\uFEFFdata: a\\n\\n~message=a", "\uFEFF\uFEFFdata: a\\n\\n~",
            "data: a\\n\\n\uFEFFdata: b\\n\\n~message=a",
            "unknown: a\\nDATA: b\\ndata : c\\n data: d\\n\\n~", "data: a:b: c\\n\\n~message=a:b: c", "datax: a\\ndat: b\\n\\n~",
            "\\n\\n\\r\\r\\r\\n\\r\\n~",
            "data: a\\n\\n\\n\\n\\ndata: b\\n\\n~message=a;message=b",
            "data: \u00fc\ud83d\ude00\\n\\n~message=\u00fc\ud83d\ude00", "data: a\u2028b\u0085c\\n\\n~message=a\u2028b\u0085c"})
    void shouldFollowTheStandardWhereverTheBytesAreCut(String input, String expected) {
        byte[] bytes = unescape(input).getBytes(StandardCharsets.UTF_8);
        List<String> events = expected == null || expected.isEmpty() ? List.of() : List.of(unescape(expected).split(";", -1));

        // In one piece, byte by byte, and cut in every two.
        assertThat(decode(bytes, bytes.length)).isEqualTo(events);
        assertThat(decode(bytes, 1)).isEqualTo(events);
        for (int cut = 0; cut <= bytes.length; cut++) {
            List<String> found = new ArrayList<>();
            SseDecoder decoder = new SseDecoder(1_000);
            assertThat(decoder.feed(bytes, 0, cut, event -> found.add(show(event)))).isTrue();
            assertThat(decoder.feed(bytes, cut, bytes.length - cut, event -> found.add(show(event)))).isTrue();
            assertThat(found).as("cut at %d", cut).isEqualTo(events);
        }
    }

    @Test
    void shouldFindTheSameEventsWhateverTheLineEnds() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = random.nextInt(1, 20); i > 0; i--) {
                String data = "{\"n\":" + random.nextInt() + ",\"t\":\"\u20ac\ud83d\ude00\"}";
                expected.add("message=" + data);
                text.append(": comment").append(end(random)).append("data: ").append(data).append(end(random))
                        .append(end(random));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            assertThat(decode(bytes, random.nextInt(1, 50))).as(text.toString()).isEqualTo(expected);
        }
    }

    /** CR and LF one after the other would be a single end. */
    private static String end(SplittableRandom random) {
        return random.nextBoolean() ? "\r\n" : "\n";
    }

    @Test
    void shouldRefuseAnEventAboveTheCapAndTakeManyBelow() {
        byte[] small = ("data: " + "x".repeat(90) + "\n\n").getBytes(StandardCharsets.UTF_8);
        SseDecoder decoder = new SseDecoder(100);
        for (int i = 0; i < 1_000; i++) {
            assertThat(decoder.feed(small, 0, small.length, event -> {})).isTrue();
        }
        for (String large : List.of("data: " + "x".repeat(101) + "\n\n", "x".repeat(101),
                "data: xxxxxxxxxxxxxxxxxxxx\n".repeat(6),
                ":" + "x".repeat(101))) {
            byte[] bytes = large.getBytes(StandardCharsets.UTF_8);
            assertThat(new SseDecoder(100).feed(bytes, 0, bytes.length, event -> {})).as(large).isFalse();
            assertThat(fitsByteByByte(bytes)).as(large).isFalse();
        }
    }

    private static boolean fitsByteByByte(byte[] bytes) {
        SseDecoder decoder = new SseDecoder(100);
        for (int i = 0; i < bytes.length; i++) {
            if (!decoder.feed(bytes, i, 1, event -> {})) {
                return false;
            }
        }
        return true;
    }

    private static List<String> decode(byte[] bytes, int step) {
        List<String> found = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(100_000);
        for (int at = 0; at < bytes.length; at += step) {
            decoder.feed(bytes, at, Math.min(step, bytes.length - at), event -> found.add(show(event)));
        }
        decoder.finish(event -> found.add(show(event)));
        return found;
    }

    private static String show(StreamEvent event) {
        return event.type() + "=" + new String(event.data(), StandardCharsets.UTF_8);
    }

    private static String unescape(String text) {
        return text.translateEscapes();
    }
}
