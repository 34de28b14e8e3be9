package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyExceptionsTest {

    private static final ProxyExceptions EXCEPTIONS = ProxyExceptions
            .parse(List.of("models.internal", ".svc", "*.corp.example", "10.0.0.0/8", "192.168.7.1", "fd12::/16", "::1"));

    @ParameterizedTest
    @CsvSource({"models.internal, true", "a.models.internal, true", "Models.INTERNAL, true", "xmodels.internal, false",
            "vllm.svc, true", "svc, true", "llm.corp.example, true", "corp.example, true", "api.openai.com, false",
            "10.1.2.3, true", "11.1.2.3, false", "192.168.7.1, true", "192.168.7.2, false", "[fd12:1::5], true",
            "[fd13::5], false", "[::1], true", "10.evil.example, false"})
    void shouldCoverNamesBelowAndAddressesWithin(String host, boolean isCovered) {
        assertThat(EXCEPTIONS.covers(host)).isEqualTo(isCovered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "a b", "http://x", "*", "host/8"})
    void shouldNameTheEntryWhenItIsNone(String entry) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyExceptions.parse(List.of("ok", entry)))
                .withMessageContaining("'" + entry + "'");
    }
}
