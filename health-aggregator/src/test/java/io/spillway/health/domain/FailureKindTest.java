package io.spillway.health.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureKindTest {

    /** The failure kinds of the design in its order, with what it says of their sickness. */
    private static final String TABLE = """
            RATE_LIMITED,            CAPACITY,      0, false, false
            QUOTA_EXHAUSTED,         QUOTA,         0, false, true
            OVERLOADED,              SICK,          1, false, false
            SERVER_ERROR,            SICK,          1, false, false
            CONNECTION_FAILED,       SICK,          1, true,  false
            TIMEOUT,                 SICK,          1, false, false
            MALFORMED_RESPONSE,      SICK,          1, false, false
            AUTHENTICATION_FAILED,   CREDENTIAL,    0, false, true
            PERMISSION_DENIED,       CREDENTIAL,    0, false, true
            MODEL_NOT_FOUND,         MODEL_MISSING, 0, false, true
            CONTEXT_WINDOW_EXCEEDED, NEUTRAL,       0, false, false
            UNSUPPORTED_PARAMETER,   NEUTRAL,       0, false, false
            CONTENT_FILTERED,        NEUTRAL,       0, false, false
            INVALID_REQUEST,         NEUTRAL,       0, false, false
            QUEUE_TIMEOUT,           NEUTRAL,       0, false, false
            EXPIRED,                 NEUTRAL,       0, false, false
            WORKER_LOST,             NEUTRAL,       0, false, false
            CANCELLED,               NEUTRAL,       0, false, false
            UNKNOWN,                 SICK,          1, false, false
            """;

    @ParameterizedTest
    @CsvSource(textBlock = TABLE)
    void shouldMeanForHealthWhatTheDesignSays(FailureKind kind, HealthClass healthClass, int weight, boolean hardLocal,
            boolean suspends) {
        // When / Then
        assertThat(kind.healthClass()).isEqualTo(healthClass);
        assertThat(kind.healthClass().sickWeight()).isEqualTo(weight);
        assertThat(kind.hardLocal()).isEqualTo(hardLocal);
        assertThat(kind.healthClass().suspends()).isEqualTo(suspends);
        assertThat(new Outcome.Failed(kind).isSick()).isEqualTo(weight == 1);
    }

    @Test
    void shouldKeepTheCodesThatSnapshotsRelyOn() {
        // Given
        var names = TABLE.lines().map(line -> line.split(",")[0].strip()).toList();

        // When / Then
        assertThat(Arrays.stream(FailureKind.values()).map(Enum::name)).containsExactlyElementsOf(names);
        assertThat(Arrays.stream(FailureKind.values()).map(FailureKind::code))
                .containsExactlyElementsOf(IntStream.range(0, names.size()).boxed().toList());
    }

    @Test
    void shouldNotCallASuccessSick() {
        assertThat(new Outcome.Succeeded().isSick()).isFalse();
    }
}
