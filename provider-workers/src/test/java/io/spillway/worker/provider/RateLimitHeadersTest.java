package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.spillway.worker.domain.RateReport;
import io.spillway.worker.domain.RateReport.Quota;

class RateLimitHeadersTest {

    /** Noon, as everywhere in these tests. */
    private static final Instant NOW = Calls.NOW;

    static Stream<Arguments> dialects() {
        return Stream.of(
                argumentSet("OpenAI",
                        Map.of("x-ratelimit-limit-requests", "60", "x-ratelimit-remaining-requests", "59",
                                "x-ratelimit-reset-requests", "1s", "x-ratelimit-limit-tokens", "150000",
                                "x-ratelimit-remaining-tokens", "149984", "x-ratelimit-reset-tokens", "120ms"),
                        quota(60, 59, 1_000), quota(150_000, 149_984, 120)),
                argumentSet("OpenAI, a window longer than a minute",
                        Map.of("x-ratelimit-limit-tokens", "150000", "x-ratelimit-remaining-tokens", "0",
                                "x-ratelimit-reset-tokens", "6m0s"),
                        Quota.UNKNOWN, quota(-1, 0, 360_000)),
                argumentSet("OpenAI, hours",
                        Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1h2m3s"),
                        quota(-1, 0, 3_723_000), Quota.UNKNOWN),
                argumentSet("OpenAI, project limit beside the organisation's",
                        Map.of("x-ratelimit-limit-tokens", "30000000", "x-ratelimit-limit-project-tokens", "500000",
                                "x-ratelimit-remaining-tokens", "29000000", "x-ratelimit-remaining-project-tokens", "1234"),
                        Quota.UNKNOWN, quota(500_000, 1_234, -1)),
                argumentSet("Anthropic",
                        Map.of("anthropic-ratelimit-requests-limit", "4000", "anthropic-ratelimit-requests-remaining", "3999",
                                "anthropic-ratelimit-requests-reset", "2026-11-21T12:00:01Z",
                                "anthropic-ratelimit-tokens-limit", "480000", "anthropic-ratelimit-tokens-remaining", "400000",
                                "anthropic-ratelimit-tokens-reset", "2026-11-21T13:00:10+01:00"),
                        quota(4_000, 3_999, 1_000), quota(480_000, 400_000, 10_000)),
                argumentSet("Anthropic, a part of the tokens is used up",
                        Map.of("anthropic-ratelimit-input-tokens-limit", "2000000",
                                "anthropic-ratelimit-input-tokens-remaining", "1900000",
                                "anthropic-ratelimit-input-tokens-reset", "2026-11-21T12:00:03Z",
                                "anthropic-ratelimit-output-tokens-limit", "400000",
                                "anthropic-ratelimit-output-tokens-remaining", "0",
                                "anthropic-ratelimit-output-tokens-reset", "2026-11-21T12:00:40Z"),
                        Quota.UNKNOWN, quota(-1, 0, 40_000)),
                argumentSet("Azure, seconds, and -1 for unknown",
                        Map.of("x-ratelimit-limit-requests", "1000", "x-ratelimit-remaining-requests", "-1",
                                "x-ratelimit-reset-requests", "0", "x-ratelimit-remaining-tokens", "0",
                                "x-ratelimit-reset-tokens", "23"),
                        quota(1_000, -1, 0), quota(-1, 0, 23_000)),
                argumentSet("Mistral, no resets",
                        Map.of("x-ratelimit-limit-req-minute", "720", "x-ratelimit-remaining-req-minute", "717",
                                "x-ratelimit-limit-tokens-minute", "5000000", "x-ratelimit-remaining-tokens-minute", "4999911",
                                "x-ratelimit-limit-tokens-month", "4000000", "x-ratelimit-remaining-tokens-month", "3950246",
                                "x-ratelimit-tokens-query-cost", "52"),
                        quota(720, 717, -1), quota(5_000_000, 3_950_246, -1)),
                argumentSet("Mistral, older names",
                        Map.of("ratelimitbysize-limit", "500000", "ratelimitbysize-remaining", "499986",
                                "ratelimitbysize-reset", "50", "ratelimitbysize-query-cost", "14",
                                "x-ratelimitbysize-limit-minute", "500000", "x-ratelimitbysize-remaining-minute", "499986"),
                        Quota.UNKNOWN, quota(500_000, 499_986, 50_000)),
                argumentSet("Groq",
                        Map.of("x-ratelimit-limit-requests", "14400", "x-ratelimit-remaining-requests", "14370",
                                "x-ratelimit-reset-requests", "2m59.56s", "x-ratelimit-limit-tokens", "18000",
                                "x-ratelimit-remaining-tokens", "17997", "x-ratelimit-reset-tokens", "7.66s"),
                        quota(-1, 14_370, 179_560), quota(18_000, 17_997, 7_660)),
                argumentSet("Cerebras and SambaNova, a window in the name",
                        Map.of("x-ratelimit-limit-requests-day", "10000", "x-ratelimit-remaining-requests-day", "9500",
                                "x-ratelimit-reset-requests-day", "33011.382867", "x-ratelimit-limit-requests-minute", "120",
                                "x-ratelimit-remaining-requests-minute", "0", "x-ratelimit-reset-requests-minute", "45.5"),
                        quota(120, 0, 45_500), Quota.UNKNOWN),
                argumentSet("OpenRouter, epoch milliseconds",
                        Map.of("x-ratelimit-limit", "20", "x-ratelimit-remaining", "0", "x-ratelimit-reset", "1795262405000"),
                        quota(20, 0, 5_000), Quota.UNKNOWN),
                argumentSet("a free tier's day",
                        Map.of("x-ratelimit-limit", "50", "x-ratelimit-remaining", "0", "x-ratelimit-reset", "1795300000000"),
                        quota(-1, 0, 37_600_000), Quota.UNKNOWN),
                argumentSet("the IETF draft, with its list and epoch seconds elsewhere",
                        Map.of("ratelimit-limit", "100, 100;w=60", "ratelimit-remaining", "99", "ratelimit-reset", "1795262430"),
                        quota(100, 99, 30_000), Quota.UNKNOWN),
                argumentSet("the same with the window's parameter first",
                        Map.of("ratelimit-limit", "100;w=60, 900;w=3600", "ratelimit-reset", "30"), quota(100, -1, 30_000),
                        Quota.UNKNOWN),
                argumentSet("a limit without unit and reset is of no known window",
                        Map.of("x-ratelimit-limit", "1000", "x-ratelimit-remaining", "998"), quota(-1, 998, -1), Quota.UNKNOWN),
                argumentSet("per second", Map.of("x-ratelimit-limit-requests-second", "5"), quota(300, -1, -1), Quota.UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void shouldReadTheHeadersOfEveryDialect(Map<String, String> headers, Quota requests, Quota tokens) {
        RateReport report = of(headers);

        assertThat(report.requests()).isEqualTo(requests);
        assertThat(report.tokens()).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"x-ratelimit-remaining-tokens|plenty", "x-ratelimit-remaining-tokens|-5",
            "x-ratelimit-remaining-tokens|''", "x-ratelimit-limit-tokens|1e9", "x-ratelimit-limit-tokens|99999999999999999999",
            "x-ratelimit-reset-tokens|soon", "x-ratelimit-reset-tokens|-3s",
            "anthropic-ratelimit-tokens-reset|2026-13-99T00:00:00Z",
            "anthropic-ratelimit-unified-status|allowed", "anthropic-ratelimit-unified-5h-remaining|0",
            "x-ratelimit-tokens-query-cost|52", "x-ratelimit-limit-requests-tokens|5", "x-ratelimit-|5",
            "x-ratelimit-limit-reset|5",
            "ratelimit|limit=5", "retry-after|3", "x-tokenlimit-remaining|0", "content-type|application/json"})
    void shouldSayNothingWhenAHeaderCannotBeUnderstood(String name, String value) {
        assertThat(of(Map.of(name, value))).isEqualTo(RateReport.NONE);
    }

    @Test
    void shouldClampWhatIsPastOrAbsurd() {
        RateReport report = of(Map.of("anthropic-ratelimit-requests-remaining", "0", "anthropic-ratelimit-requests-reset",
                "2020-01-01T00:00:00Z", "anthropic-ratelimit-tokens-remaining", "0", "anthropic-ratelimit-tokens-reset",
                "9999-01-01T00:00:00Z", "anthropic-ratelimit-tokens-limit", "999999999999999"));

        assertThat(report.requests().resetMillis()).as("past").hasValue(0);
        assertThat(report.tokens().resetMillis()).as("in 8000 years").hasValue(366L * 86_400_000);
        assertThat(report.tokens().perMinute()).as("no minute has so late a reset").isEmpty();
    }

    @Test
    void shouldNeverThrowAndNeverBeNegativeWhateverComes() {
        SplittableRandom random = new SplittableRandom(11);
        String alphabet = "0123456789.-+:TZhms ,;=GMTSatNov";
        List<String> words = List.of("limit", "remaining", "reset", "requests", "tokens", "req", "minute", "day", "input", "x",
                "");
        for (int i = 0; i < 20_000; i++) {
            Map<String, List<String>> headers = new HashMap<>();
            for (int k = random.nextInt(6); k >= 0; k--) {
                StringBuilder name = new StringBuilder(i % 2 == 0 ? "x-ratelimit" : "anthropic-ratelimit");
                for (int w = random.nextInt(4); w >= 0; w--) {
                    name.append('-').append(words.get(random.nextInt(words.size())));
                }
                StringBuilder value = new StringBuilder();
                for (int c = random.nextInt(20); c > 0; c--) {
                    value.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                headers.put(name.toString(), random.nextInt(10) == 0 ? List.of() : List.of(value.toString()));
            }
            RateReport report = RateLimitHeaders.of(new HttpAnswer(200, headers, new byte[0]), NOW);
            Stream.of(report.requests(), report.tokens())
                    .flatMap(quota -> Stream.of(quota.perMinute(), quota.remaining(), quota.resetMillis()))
                    .filter(OptionalLong::isPresent).forEach(figure -> assertThat(figure.getAsLong()).isNotNegative());
        }
    }

    private static RateReport of(Map<String, String> headers) {
        Map<String, List<String>> all = new HashMap<>();
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        return RateLimitHeaders.of(new HttpAnswer(200, all, new byte[0]), NOW);
    }

    /** Negative = unknown. */
    private static Quota quota(long perMinute, long remaining, long resetMillis) {
        return new Quota(known(perMinute), known(remaining), known(resetMillis));
    }

    private static OptionalLong known(long figure) {
        return figure < 0 ? OptionalLong.empty() : OptionalLong.of(figure);
    }
}
