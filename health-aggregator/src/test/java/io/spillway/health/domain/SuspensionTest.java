package io.spillway.health.domain;

import static io.spillway.health.domain.FailureKind.AUTHENTICATION_FAILED;
import static io.spillway.health.domain.FailureKind.MODEL_NOT_FOUND;
import static io.spillway.health.domain.FailureKind.PERMISSION_DENIED;
import static io.spillway.health.domain.FailureKind.QUOTA_EXHAUSTED;
import static io.spillway.health.domain.FailureKind.SERVER_ERROR;
import static io.spillway.health.domain.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuspensionTest {

    private static final HealthPolicy.SuspensionTimes TIMES = HealthPolicy.SuspensionTimes.defaults();

    @ParameterizedTest
    @CsvSource({"QUOTA_EXHAUSTED, 1, 300", "QUOTA_EXHAUSTED, 9, 300", "MODEL_NOT_FOUND, 1, 600", "MODEL_NOT_FOUND, 9, 600",
            "AUTHENTICATION_FAILED, 1, 60", "AUTHENTICATION_FAILED, 2, 120", "PERMISSION_DENIED, 3, 240",
            "AUTHENTICATION_FAILED, 4, 480", "AUTHENTICATION_FAILED, 5, 600", "AUTHENTICATION_FAILED, 1000, 600"})
    void shouldRecheckAfterTheTimeOfItsKind(FailureKind kind, int strikes, long seconds) {
        assertThat(new Suspension(kind, strikes, START).recheckAfter(TIMES).toSeconds()).isEqualTo(seconds);
    }

    @Test
    void shouldCountStrikesOfTheSameClass() {
        // Given
        Suspension first = Suspension.first(AUTHENTICATION_FAILED, START);

        // When / Then
        assertThat(first).isEqualTo(new Suspension(AUTHENTICATION_FAILED, 1, START));
        assertThat(first.again(PERMISSION_DENIED)).isEqualTo(new Suspension(PERMISSION_DENIED, 2, START));
        assertThat(first.again(PERMISSION_DENIED).again(QUOTA_EXHAUSTED)).isEqualTo(new Suspension(QUOTA_EXHAUSTED, 1, START));
        assertThat(Suspension.first(MODEL_NOT_FOUND, START).again(MODEL_NOT_FOUND).strikes()).isEqualTo(2);
    }

    @Test
    void shouldRefuseKindsThatDoNotSuspend() {
        assertThatIllegalArgumentException().isThrownBy(() -> Suspension.first(SERVER_ERROR, START))
                .withMessage("kind must be one that suspends a deployment, was SERVER_ERROR");
        assertThatIllegalArgumentException().isThrownBy(() -> new Suspension(QUOTA_EXHAUSTED, 0, START))
                .withMessage("strikes must be >= 1, was 0");
    }
}
