package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.worker.provider.RateLimitName.Figure;
import io.spillway.worker.provider.RateLimitName.Window;

class RateLimitNameTest {

    @ParameterizedTest
    @CsvSource({"x-ratelimit-limit-requests,LIMIT,false,true,false,''",
            "anthropic-ratelimit-tokens-remaining,REMAINING,true,true,false,''",
            "anthropic-ratelimit-input-tokens-reset,RESET,true,true,true,''",
            "x-ratelimit-limit-req-minute,LIMIT,false,true,false,minute",
            "x-ratelimit-reset-requests-day,RESET,false,true,false,day", "ratelimit-remaining,REMAINING,false,false,false,''",
            "x-ratelimitbysize-remaining-minute,REMAINING,true,false,false,minute"})
    void shouldReadTheWords(String name, Figure figure, boolean isTokens, boolean isNamed, boolean isPart, String period) {
        assertThat(RateLimitName.parse(name)).hasValueSatisfying(read -> {
            assertThat(read.figure()).isEqualTo(figure);
            assertThat(read.window()).extracting(Window::isTokens, Window::isNamed, Window::isPart, Window::period)
                    .containsExactly(isTokens, isNamed, isPart, period);
        });
    }

    @Test
    void shouldPutTheFiguresOfOneWindowTogetherWhateverTheOrderOfTheWords() {
        assertThat(RateLimitName.parse("x-ratelimit-limit-tokens-minute").map(RateLimitName::window))
                .isEqualTo(RateLimitName.parse("x-ratelimit-minute-token-remaining").map(RateLimitName::window))
                .isNotEqualTo(RateLimitName.parse("x-ratelimit-limit-tokens-day").map(RateLimitName::window));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "content-type", "retry-after", "x-ratelimit-", "x-ratelimit-tokens", "x-ratelimit-limit-reset",
            "x-ratelimit-limit-requests-tokens", "x-ratelimit-tokens-query-cost", "X-RateLimit-Limit-Requests"})
    void shouldLeaveOutWhatItDoesNotUnderstand(String name) {
        assertThat(RateLimitName.parse(name)).isEmpty();
    }
}
