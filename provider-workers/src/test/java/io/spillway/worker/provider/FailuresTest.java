package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.credential.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {

    @ParameterizedTest
    @CsvSource({"RATE_LIMITED,DEPLOYMENT", "QUOTA_EXHAUSTED,CREDENTIAL", "OVERLOADED,DEPLOYMENT", "SERVER_ERROR,DEPLOYMENT",
            "CONNECTION_FAILED,DEPLOYMENT", "TIMEOUT,DEPLOYMENT", "MALFORMED_RESPONSE,DEPLOYMENT",
            "AUTHENTICATION_FAILED,CREDENTIAL",
            "PERMISSION_DENIED,CREDENTIAL", "MODEL_NOT_FOUND,DEPLOYMENT", "CONTEXT_WINDOW_EXCEEDED,REQUEST",
            "UNSUPPORTED_PARAMETER,REQUEST",
            "CONTENT_FILTERED,REQUEST", "INVALID_REQUEST,REQUEST", "QUEUE_TIMEOUT,DEPLOYMENT", "EXPIRED,DEPLOYMENT",
            "WORKER_LOST,WORKER",
            "CANCELLED,REQUEST", "UNKNOWN,DEPLOYMENT"})
    void shouldFollowTheTableOfScopes(FailureKind kind, FailureScope scope) {
        assertThat(Failures.scope(kind)).isEqualTo(scope);
    }

    @ParameterizedTest
    @CsvSource({"NOT_SENT,false", "MAYBE_SENT,true", "ANSWERED,true", "UNKNOWN,true"})
    void shouldTakeAnythingSentForMaybeBilled(SendState sent, boolean maybePaid) {
        assertThat(Failures.connectionFailed("x", sent).getMaybePaid()).isEqualTo(maybePaid);
        assertThat(Failures.malformed("x", sent).getMaybePaid()).isEqualTo(maybePaid);
        assertThat(Failures.timeout(TimeoutPhase.TOTAL, sent, "x").getMaybePaid()).isEqualTo(maybePaid);
    }

    @ParameterizedTest
    @CsvSource({"200,true", "246,true", "400,false", "401,false", "408,true", "429,false", "500,false", "502,false", "503,false",
            "504,true",
            "524,true", "529,false"})
    void shouldTakeOnlySuccessesAndGivenUpCallsForMaybeBilled(int status, boolean maybePaid) {
        assertThat(Failures.answered(FailureKind.SERVER_ERROR, status, "", Optional.empty()).getMaybePaid()).isEqualTo(maybePaid);
    }

    @Test
    void shouldKnowThatAConnectTimeoutSentNothing() {
        Failure failure = Failures.timeout(TimeoutPhase.CONNECT, SendState.MAYBE_SENT, "x");
        assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
        assertThat(failure.getMaybePaid()).isFalse();
        assertThat(failure.getPhase()).isEqualTo(TimeoutPhase.CONNECT);
    }

    @Test
    void shouldCarryCodeStatusAndHint() {
        Failure failure = Failures.answered(FailureKind.RATE_LIMITED, 429, "rate_limit_exceeded",
                Optional.of(Duration.ofSeconds(2)));
        assertThat(failure.getMessage()).isEqualTo("The provider limits the rate of calls (HTTP 429, rate_limit_exceeded)");
        assertThat(failure.getRetryAfterMillis()).isEqualTo(2_000);
        assertThat(failure.getProviderCode()).isEqualTo("rate_limit_exceeded");
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void shouldHaveASentenceForEveryKind(FailureKind kind) {
        assertThat(Failures.answered(kind, 500, "", Optional.empty()).getMessage()).hasSizeBetween(20, 90);
        assertThat(Failures.workerSide(kind, "x").getSent()).isEqualTo(SendState.NOT_SENT);
    }

    @ParameterizedTest
    @CsvSource({"rate_limit_exceeded,rate_limit_exceeded", "3051,3051", "'',''", "sk-abc,''", "two words,''", "abcdefgh,''",
            "xabcdefgh1x,''",
            "abcdefg,abcdefg"})
    void shouldPassOnOnlyHarmlessCodes(String given, String expected) {
        assertThat(Failures.code(given, Secret.of("sk-abcdefgh123456"))).isEqualTo(expected);
    }

    @Test
    void shouldTurnAnUntranslatableRequestIntoAFailureWithNothingSent() {
        Failure failure = Failures.untranslatable(UntranslatableRequestException.unsupported("n"));
        assertThat(failure.getKind()).isEqualTo(FailureKind.UNSUPPORTED_PARAMETER);
        assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
        assertThat(failure.getMaybePaid()).isFalse();
        assertThat(failure.getMessage()).contains("parameter n");
    }
}
