package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.spillway.contract.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryHintsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"retry-after-ms: 1500|1500", "retry-after-ms: 12.5|12", "x-ms-retry-after-ms: 250|250",
            "retry-after: 7|7000",
            "retry-after: 0|0", "retry-after: 0.5|500", "retry-after: ' 3 '|3000",
            "retry-after: Sat, 21 Nov 2026 12:00:09 GMT|9000",
            "retry-after: Sat, 21 Nov 2026 11:00:00 GMT|0", "retry-after: 2026-11-21T12:00:04Z|4000",
            "x-ratelimit-reset-requests: 1s|1000",
            "x-ratelimit-reset-tokens: 6m0s|360000", "x-ratelimit-reset-tokens: 120ms|120",
            "x-ratelimit-reset-tokens: 1h2m3s|3723000",
            "x-ratelimit-reset-tokens: 7.66s|7660", "x-ratelimit-reset-tokens: 1d|86400000",
            "x-ratelimit-reset-requests: 42|42000",
            "anthropic-ratelimit-tokens-reset: 2026-11-21T12:01:00Z|60000",
            "anthropic-ratelimit-tokens-reset: 2026-11-21T13:00:20+01:00|20000",
            "x-ratelimit-reset: 1795262405000|5000", "x-ratelimit-reset: 1795262405|5000", "ratelimit-reset: 3|3000"})
    void shouldReadEveryKnownForm(String header, long millis) {
        assertThat(of(header).map(Duration::toMillis)).contains(millis);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"retry-after: soon", "retry-after: -1", "retry-after: ''", "retry-after: NaN",
            "retry-after: 1e3",
            "retry-after: 99999999999", "retry-after: 999999999999999999999999", "retry-after: Sat, 99 Nov 2026 12:00:09 GMT",
            "retry-after: Sat, 21 Nov 9999 12:00:09 GMT", "retry-after-ms: x", "x-ratelimit-reset-tokens: -1",
            "x-ratelimit-reset-tokens: 0",
            "x-ratelimit-reset-tokens: 5 apples", "anthropic-ratelimit-tokens-reset: 2020-01-01T00:00:00Z",
            "x-ratelimit-limit-tokens: 5",
            "x-other: 5"})
    void shouldTakeAnythingElseForNoHint(String header) {
        assertThat(of(header)).isEmpty();
    }

    @Test
    void shouldPreferTheExplicitForms() {
        Map<String, List<String>> headers = new HashMap<>(Map.of("x-ratelimit-reset-tokens", List.of("60s")));
        assertThat(of(headers,
                "{\"error\":{\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"0.5s\"}]}}"))
                .contains(Duration.ofMillis(500));
        headers.put("retry-after", List.of("3"));
        assertThat(of(headers, "{}")).contains(Duration.ofSeconds(3));
        headers.put("retry-after-ms", List.of("100"));
        assertThat(of(headers, "{}")).contains(Duration.ofMillis(100));
        headers.put("retry-after-ms", List.of("garbage"));
        assertThat(of(headers, "{}")).contains(Duration.ofSeconds(3));
    }

    @Test
    void shouldWaitForTheLimitThatIsUsedUp() {
        Map<String, List<String>> headers = new HashMap<>(Map.of("x-ratelimit-reset-tokens", List.of("6m0s"),
                "x-ratelimit-reset-requests",
                List.of("1s"), "x-ratelimit-remaining-requests", List.of("10"), "x-ratelimit-remaining-tokens", List.of("0")));
        assertThat(of(headers, "{}")).contains(Duration.ofMinutes(6));
        headers.remove("x-ratelimit-remaining-tokens");
        assertThat(of(headers, "{}")).contains(Duration.ofSeconds(1));
    }

    @Test
    void shouldReadTheHintsInsideABody() {
        assertThat(of(Map.of(), "{\"error\":{\"metadata\":{\"headers\":{\"X-RateLimit-Reset\":\"1795262402000\"}}}}"))
                .contains(Duration.ofSeconds(2));
        assertThat(of(Map.of(),
                "{\"error\":{\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"17s\"}]}}"))
                .contains(Duration.ofSeconds(17));
        assertThat(of(Map.of(), "{\"error\":{\"details\":[{\"@type\":\"x.RetryInfo\",\"retryDelay\":\"17s\"}]}}")).isEmpty();
        assertThat(of(Map.of(), "{\"error\":{\"details\":\"x\",\"metadata\":7}}")).isEmpty();
    }

    @Test
    void shouldNeverThrowAndNeverBeNegative() {
        SplittableRandom random = new SplittableRandom(7);
        String alphabet = "0123456789.-+:TZhms ,GMTSatNov";
        List<String> names = List.of("retry-after", "retry-after-ms", "x-ratelimit-reset-tokens",
                "anthropic-ratelimit-requests-reset");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder value = new StringBuilder();
            for (int k = random.nextInt(25); k > 0; k--) {
                value.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Optional<Duration> hint = of(Map.of(names.get(i % 4), List.of(value.toString())), "{}");
            assertThat(hint.map(Duration::isNegative)).isNotEqualTo(Optional.of(true));
        }
    }

    private static Optional<Duration> of(String header) {
        int colon = header.indexOf(": ");
        String value = header.substring(colon + 2);
        return of(Map.of(header.substring(0, colon),
                List.of(value.startsWith("'") ? value.substring(1, value.length() - 1) : value)), "{}");
    }

    private static Optional<Duration> of(Map<String, List<String>> headers, String body) {
        return RetryHints.of(new HttpAnswer(429, headers, new byte[0]),
                body.isEmpty() ? MissingNode.getInstance() : Json.readObject(body), Calls.NOW);
    }
}
